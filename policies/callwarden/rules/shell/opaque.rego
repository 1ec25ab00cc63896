package callwarden.rules.shell

import data.callwarden.access
import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: Something that acts can't be known
# description: |
#   A program, executed code, a written file or a host that is only known when the command runs.
# custom:
#   rule: shell.opaque_acting
#   effect: escalate
#   severity: high
#   help: >-
#     Write it out: name the program, file or host literally, or split the call so that each piece is known.
#   tags: [attack.T1027]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some piece in input.facts.opaque
	settings.profile.opaque[piece.place] == "escalate"
	input.door != "process"
	not access.given(piece.text)
	not _text_program(piece)
	part := piece.part
	reason := sprintf("the %s can't be known before it runs: %s", [piece.place, piece.reason])
}

# METADATA
# title: A file that the runner gave
# description: |
#   Runners of continuous integration name files by variables for a job to write its results to.
# custom:
#   rule: shell.opaque_given
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some piece in input.facts.opaque
	piece.place == "write"
	access.given(piece.text)
	part := piece.part
	reason := sprintf("%s is a file of the runner", [piece.text])
}

# METADATA
# title: A shell from within a program
# description: |
#   A shell that another program starts is where every rule about that program ends.
# custom:
#   rule: shell.interactive
#   effect: escalate
#   severity: medium
#   help: >-
#     Run the commands themselves, one call each.
#   tags: [attack.T1059.004]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.shell
	command := input.facts.commands[i]
	command.wrappers != []
	part := command.part
	reason := sprintf("`%s` starts a shell from within `%s`", [command.program, command.wrappers[0]])
}

# METADATA
# title: Something that does not act can't be known
# description: |
#   An argument, a file that is read or a variable that is only known when the command runs.
# custom:
#   rule: shell.opaque_harmless
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some piece in input.facts.opaque
	settings.profile.opaque[piece.place] == "allow"
	part := piece.part
	reason := sprintf("the %s is only known when it runs: %s", [piece.place, piece.reason])
}

# METADATA
# title: A command that can't be known
# description: |
#   Which program runs is only known when it runs.
# custom:
#   rule: shell.unknown_command
#   effect: escalate
#   severity: high
#   help: >-
#     Name the program literally.
#   tags: [attack.T1027]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	command.kind == "unknown"
	input.door != "process"
	part := command.part
	reason := "which program runs can't be known before it runs"
}

# METADATA
# title: A text that could not be read with certainty
# description: |
#   Two readings of the text disagree, or it is no shell at all. What it does is not known.
# custom:
#   rule: shell.unparsable
#   effect: escalate
#   severity: high
#   help: >-
#     Write it more simply: one command a line, quotes closed, no constructs of other shells.
#   tags: [attack.T1027]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.facts.unparsable
	part := "call"
	reason := sprintf("the text can't be read with certainty: %s", [input.facts.unparsable_reason])
}

# METADATA
# title: A part of a text program that is only known later
# description: |
#   A variable within a sed or awk program, which works on text alone.
# custom:
#   rule: shell.opaque_text
#   effect: allow
#   severity: low
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some piece in input.facts.opaque
	_text_program(piece)
	part := piece.part
	reason := sprintf("a part of the text program is only known when it runs: %s", [piece.reason])
}

_text_program(piece) if {
	piece.place == "code"
	data.callwarden.org.text_programs[input.facts.commands[piece.command].program]
}
