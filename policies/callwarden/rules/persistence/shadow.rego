package callwarden.rules.persistence

import data.callwarden.finding

# METADATA
# title: Something else under a trusted name
# description: |
#   A function or an alias in front of a program that people trust by its name takes what is given to that program.
# custom:
#   rule: persistence.shadow
#   effect: escalate
#   severity: high
#   help: >-
#     Give it a name of its own.
#   tags: [attack.T1036, attack.T1546.004]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some program in {"function", "export", "alias"}
	some i in input.facts.index.programs[program]
	command := input.facts.commands[i]
	some name in _shadows(command)
	data.callwarden.org.shadowed[name]
	part := command.part
	reason := sprintf("puts something else in front of `%s`", [name])
}

# METADATA
# title: A script under a trusted name
# description: |
#   What people and rules trust under this name is a program of the system, not a script.
# custom:
#   rule: persistence.script_shadow
#   effect: escalate
#   severity: high
#   help: >-
#     Give it a name of its own.
#   tags: [attack.T1036.005]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some name, _ in data.callwarden.org.never_scripts
	some i in input.facts.index.programs[name]
	command := input.facts.commands[i]
	command.origin == "script"
	command.location in {"workspace", "temporary"}
	part := command.part
	reason := sprintf("%s is a script with the name of a program that is trusted", [command.path])
}

_shadows(command) := command.operands if command.program == "function"

_shadows(command) := command.args if {
	command.program == "export"
	"-f" in command.args
}

_shadows(command) := {name |
	some argument in command.args
	[name, text] := split_once(argument)
	not _only_options(name, text)
} if {
	command.program == "alias"
}

split_once(text) := [substring(text, 0, at), substring(text, at + 1, -1)] if {
	at := indexof(text, "=")
	at > 0
}

_only_options(name, text) if {
	startswith(text, name)
	regex.match(`^[a-z]+( [^;&|$\x60()<>]*)?$`, text)
}
