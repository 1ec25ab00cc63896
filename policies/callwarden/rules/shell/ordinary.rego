# METADATA
# title: Shell
# description: |
#   What a command line may start: programs that the profile lists, what a shell brings itself, and files of the
#   workspace.
package callwarden.rules.shell

import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: An ordinary program
# description: |
#   A program that the profile lists. What it reads, writes and reaches are parts of their own.
# custom:
#   rule: shell.ordinary
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	command.kind == "name"
	settings.program(command.program)
	part := command.part
	reason := sprintf("`%s` is an ordinary program", [command.program])
}

# METADATA
# title: Built into the shell
# description: |
#   A builtin, or a function whose body stands in the same text.
# custom:
#   rule: shell.builtin
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	command.kind in {"builtin", "function"}
	part := command.part
	reason := sprintf("`%s` is the shell's own", [command.program])
}

# METADATA
# title: A program of the workspace
# description: |
#   A file below the workspace, which the agent may change anyway. What it starts is judged when it starts.
# custom:
#   rule: shell.workspace_program
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	command.kind == "path"
	settings.profile.run_from[command.location]
	part := command.part
	reason := sprintf("%s is a program of the %s", [command.path, command.location])
}

# METADATA
# title: An ordinary program by its path
# description: |
#   A listed program named by where the system keeps it.
# custom:
#   rule: shell.listed_path
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	command.kind == "path"
	command.location in {"system", "home"}
	settings.program(command.program)
	part := command.part
	reason := sprintf("%s is an ordinary program", [command.path])
}

# METADATA
# title: A script that an interpreter is given
# description: |
#   `bash FILE` and what `#!` makes of it: the file is what runs. Rules about names and places speak about it as about any
#   program; where it may be read it may be interpreted.
# custom:
#   rule: shell.script
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	command.origin == "script"
	settings.script(command.location)
	part := command.part
	reason := sprintf("%s is a script of the %s", [command.path, command.location])
}

# METADATA
# title: No command at all
# description: |
#   A text of assignments, comments or nothing starts nothing.
# custom:
#   rule: shell.nothing
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.kind in {"shell", "exec", "code"}
	input.facts.commands == []
	not input.facts.unparsable
	part := "call"
	"call" in input.facts.parts
	reason := "starts nothing"
}
