# METADATA
# title: Persistence
# description: |
#   What would still run when the call is over.
package callwarden.rules.persistence

import data.callwarden.access
import data.callwarden.finding
import data.callwarden.operations

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
	some command in input.facts.commands
	some operation in data.callwarden.org.operations.persistence[command.program]
	operation.effect == rule.custom.effect
	operations.does(command, operation)
	part := command.part
	reason := sprintf("`%s`: %s", [command.program, operation.reason])
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
	some command in input.facts.commands
	some operation in data.callwarden.org.operations.persistence[command.program]
	operation.effect == rule.custom.effect
	operations.does(command, operation)
	part := command.part
	reason := sprintf("`%s`: %s", [command.program, operation.reason])
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
	some name, _ in command.environment
	data.callwarden.org.loader_variables[name]
	part := command.part
	reason := sprintf("%s makes each program that starts run something else first", [name])
}
