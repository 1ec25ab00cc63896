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
	not _asked_about(command)
	not _of_the_project(command)
	part := command.part
	reason := sprintf("`%s` is not a program that this profile lists", [command.program])
}

# METADATA
# title: What a program says of itself
# description: |
#   Asking an unlisted program for its version or its help, and nothing else.
# custom:
#   rule: shell.asked_about
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	_asked_about(command)
	part := command.part
	reason := sprintf("`%s` is only asked what it is", [command.program])
}

# METADATA
# title: A program that the project brings
# description: |
#   What a package manager starts from the project's own environment is a program of its locked packages, which lie in
#   the workspace. A program that the facts know by its options is judged as always.
# custom:
#   rule: shell.project_program
#   effect: allow
#   severity: low
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	_of_the_project(command)
	part := command.part
	reason := sprintf("`%s` is a program of the project's packages", [command.program])
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
	command.origin == "script"
	settings.script(command.location)
}

_known_place(command) if {
	input.door == "process"
	settings.profile.exec_from[command.location]
}

_known_place(command) if {
	input.door == "process"
	regex.match(data.callwarden.org.build_places, command.path)
}

_asked_about(command) if {
	command.kind == "name"
	count(command.args) == 1
	command.args[0] in {"--version", "--help", "-V", "-version", "-help"}
}

_asked_about(command) if {
	command.kind == "name"
	regex.match(data.callwarden.org.asking[command.program], concat(" ", command.args))
}

_of_the_project(command) if {
	command.kind == "name"
	command.origin == "wrapper"
	not command.understood
	data.callwarden.org.environments[command.wrappers[count(command.wrappers) - 1]]
}
