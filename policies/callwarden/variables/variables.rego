# METADATA
# title: Variables
# description: What a command does to the variables of the programs that start after it, or of the one that it starts.
package callwarden.variables

_setters := {"export": true, "declare": true, "typeset": true, "readonly": true, "env": true}

# METADATA
# title: Variables that a command sets, with their values
# scope: document
set_by(command) := command.environment if not _setters[command.program]

set_by(command) := object.union(command.environment, _assigned(command.args)) if _setters[command.program]

# METADATA
# title: Variables that a command sets or takes away; one that is taken away has no value
# scope: document
changed_by(command) := set_by(command) if command.program != "unset"

changed_by(command) := {name: "" | some name in command.args} if command.program == "unset"

_assigned(args) := {name: value |
	some argument in args
	at := indexof(argument, "=")
	at > 0
	name := substring(argument, 0, at)
	value := substring(argument, at + 1, -1)
	regex.match(`^[A-Za-z_][A-Za-z0-9_]*$`, name)
}
