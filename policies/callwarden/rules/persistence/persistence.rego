# METADATA
# title: Persistence
# description: |
#   What would still run when the call is over.
package callwarden.rules.persistence

import data.callwarden.access
import data.callwarden.finding
import data.callwarden.operations
import data.callwarden.variables

# METADATA
# title: Writing what starts by itself
# description: |
#   Start-up files, units, schedules, hooks and login files.
# custom:
#   rule: persistence.start_up
#   effect: deny
#   severity: critical
#   help: >-
#     Keep it in the workspace; a person installs what must start by itself.
#   tags: [attack.T1546, attack.T1543, attack.T1053]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.persistence
	file := input.facts.paths[i]
	access.writes[file.access]
	part := file.part
	reason := sprintf("%s is run or read by itself later", [file.path])
}

# METADATA
# title: A program that makes something stay
# description: |
#   Units, accounts and hooks that outlive the call.
# custom:
#   rule: persistence.action
#   effect: deny
#   severity: high
#   help: >-
#     A person installs what must stay.
#   tags: [attack.T1543]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.persist
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` makes something stay", [command.program])
}

# METADATA
# title: A schedule
# description: |
#   cron, at and timers run when nobody looks.
# custom:
#   rule: persistence.schedule
#   effect: deny
#   severity: high
#   help: >-
#     Run it now, in the call itself.
#   tags: [attack.T1053]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.schedule
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` makes something run later", [command.program])
}

# METADATA
# title: An operation that makes something stay
# description: |
#   Subcommands that make something start later or by itself.
# custom:
#   rule: persistence.operation
#   effect: deny
#   severity: high
#   help: >-
#     A person sets up what must start by itself.
#   tags: [attack.T1543]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "persistence"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: An operation that may make something stay
# description: |
#   Settings by which a later command runs something else.
# custom:
#   rule: persistence.ask_operation
#   effect: escalate
#   severity: medium
#   help: >-
#     Set it for the one command only, or ask a person.
#   tags: [attack.T1546]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "persistence"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: A variable that loads code into every program
# description: |
#   Variables by which each program that starts runs something else first.
# custom:
#   rule: persistence.loader
#   effect: escalate
#   severity: high
#   help: >-
#     Call the program itself.
#   tags: [attack.T1574.006]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	some name, _ in variables.set_by(command)
	data.callwarden.org.loader_variables[name]
	part := command.part
	reason := sprintf("%s makes each program that starts run something else first", [name])
}

# METADATA
# title: Programs and libraries from a temporary folder
# description: |
#   A search path that begins in a folder where anybody may write puts other programs in the place of known ones.
# custom:
#   rule: persistence.search
#   effect: escalate
#   severity: high
#   help: >-
#     Use a folder of the workspace.
#   tags: [attack.T1574.007]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	some name, value in variables.set_by(command)
	data.callwarden.org.search_variables[name]
	regex.match(`(^|[:;=])(/tmp|/var/tmp|/dev/shm|/run/shm)(/|:|$)`, value)
	part := command.part
	reason := sprintf("%s searches a temporary folder", [name])
}

# METADATA
# title: Programs from wherever one stands
# description: |
#   A relative search path is another one in every folder.
# custom:
#   rule: persistence.search_here
#   effect: escalate
#   severity: medium
#   help: >-
#     Name the folder by its absolute path.
#   tags: [attack.T1574.007]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	value := variables.set_by(command).PATH
	regex.match(`^(\.{0,2}/?|\./[^:]*):`, value)
	part := command.part
	reason := sprintf("PATH begins with a relative folder: %s", [substring(value, 0, 40)])
}
