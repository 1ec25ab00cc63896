package callwarden.rules.shell

import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: A program nobody listed
# description: |
#   What a program does that nobody listed is not known. A person decides.
# custom:
#   rule: shell.unknown_program
#   effect: escalate
#   severity: medium
#   help: >-
#     Use a listed program, or ask. To allow it always: add `NAME: {reason: …}` under `programs` in
#     .callwarden/data.yaml; a person may add it, the agent may not.
#   tags: [attack.T1204]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	command.kind == "name"
	input.door != "process"
	not settings.program(command.program)
	part := command.part
	reason := sprintf("`%s` is not a program that this profile lists", [command.program])
}

# METADATA
# title: A program from elsewhere
# description: |
#   A program file outside the workspace and the system may be anything under any name.
# custom:
#   rule: shell.unknown_place
#   effect: escalate
#   severity: high
#   help: >-
#     Run it from the workspace, or ask a person.
#   tags: [attack.T1036]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	command.kind == "path"
	not _known_place(command)
	part := command.part
	reason := sprintf("%s lies outside the workspace and is no listed program", [command.path])
}

_known_place(command) if settings.profile.run_from[command.location]

_known_place(command) if {
	command.location in {"system", "home"}
	settings.program(command.program)
}

_known_place(command) if {
	input.door == "process"
	settings.profile.exec_from[command.location]
}

_known_place(command) if {
	input.door == "process"
	regex.match(data.callwarden.org.build_places, command.path)
}
