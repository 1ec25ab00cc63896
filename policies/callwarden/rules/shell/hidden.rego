package callwarden.rules.shell

import data.callwarden.finding

# METADATA
# title: Characters that hide what a text says
# description: |
#   Marks that turn the direction of writing, or have no width, make a person read another text than the shell does.
# custom:
#   rule: shell.hidden_characters
#   effect: escalate
#   severity: high
#   help: >-
#     Write the text without them.
#   tags: [attack.T1036]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.kind == "shell"
	regex.match(`[\x{202a}-\x{202e}\x{2066}-\x{2069}\x{200b}\x{2060}]`, input.call.command)
	part := "call"
	reason := "characters stand in the text that a person can't see"
}

# METADATA
# title: A program that is given a shell
# description: |
#   A build tool or interpreter that is handed a shell to run is a way round every rule about shells.
# custom:
#   rule: shell.given_shell
#   effect: escalate
#   severity: medium
#   help: >-
#     Run the commands themselves, one call each.
#   tags: [attack.T1059.004]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	some operand in command.operands
	regex.match(`^(/usr)?/bin/(ba|da|z|k|a)?sh$`, operand)
	not data.callwarden.org.looking_groups[_group(command.program)]
	part := command.part
	reason := sprintf("`%s` is given a shell", [command.program])
}

default _group(_) := ""

_group(program) := data.callwarden.org.programs[program]
