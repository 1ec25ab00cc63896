# METADATA
# title: Operations
# description: |
#   What a program is told to do, as data describes it: words that stand among its operands, options of which one is given,
#   a pattern that one of its arguments matches. Whatever the description leaves out, any command has.
package callwarden.operations

# METADATA
# title: Whether a command does what an operation describes
does(command, operation) if {
	_words(command, operation)
	_options(command, operation)
	_argument(command, operation)
}

_words(_, operation) if not operation.words

_words(command, operation) if every word in operation.words { word in command.operands }

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
