# METADATA
# title: Operations
# description: |
#   What a program is told to do, as data describes it: words that stand among its operands, options of which one is given,
#   a pattern that one of its arguments matches. Whatever the description leaves out, any command has.
package callwarden.operations

# METADATA
# title: Every operation that the commands of this call amount to
# description: Found once for all families, since most commands are no operation of any.
done := [object.union(operation, {"family": use.family, "program": command.program, "part": command.part}) |
	some use in listed
	some i in input.facts.index.programs[use.program]
	command := input.facts.commands[i]
	some word in array.concat(["*"], command.operands)
	some operation in use.told[word]
	does(command, operation)
]

# METADATA
# title: What data says about the programs of this call, a family each
listed := [{"family": family, "program": program, "told": told} |
	some program, _ in input.facts.index.programs
	some family in families
	told := _described[family][program]
]

_described := data.callwarden.org.operations

# METADATA
# title: The families that data describes operations of
families := [
	"credentials", "destructive", "exfiltration", "persistence", "privilege",
	"resource", "self", "supply", "traces", "tunnel",
]

# METADATA
# title: Whether a command does what an operation describes
does(command, operation) if {
	_words(command, operation)
	_options(command, operation)
	_argument(command, operation)
}

_words(command, operation) if every word in object.get(operation, "words", []) { word in command.operands }

_options(_, operation) if not operation.options

_options(command, operation) if {
	some option in operation.options
	command.options[option]
}

_options(command, operation) if {
	some option in operation.options
	option in command.args
}

_argument(_, operation) if not operation.argument

_argument(command, operation) if {
	some argument in command.args
	regex.match(operation.argument, argument)
}
