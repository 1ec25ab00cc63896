# METADATA
# title: Traces
# description: |
#   Logs, histories and what guards the machine.
package callwarden.rules.traces

import data.callwarden.access
import data.callwarden.finding
import data.callwarden.operations

# METADATA
# title: Changing a log or a history
# description: |
#   What happened is not the agent's to rewrite.
# custom:
#   rule: traces.write
#   effect: deny
#   severity: high
#   help: >-
#     Leave logs and histories as they are.
#   tags: [attack.T1070]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some class in {"log", "history"}
	some i in input.facts.index.path_classes[class]
	file := input.facts.paths[i]
	access.writes[file.access]
	file.root != "workspace"
	part := file.part
	reason := sprintf("%s is a %s", [file.path, class])
}

# METADATA
# title: Clearing traces
# description: |
#   Commands that empty logs and histories.
# custom:
#   rule: traces.clear
#   effect: deny
#   severity: high
#   help: >-
#     Leave logs and histories as they are.
#   tags: [attack.T1070]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.clear_traces
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` clears traces", [command.program])
}

# METADATA
# title: Turning off what guards the machine
# description: |
#   Firewalls, audit, malware scanners and mandatory access control.
# custom:
#   rule: traces.disable
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1562]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.disable_security
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` turns off what guards the machine", [command.program])
}

# METADATA
# title: Turning off what guards or records
# description: |
#   Subcommands and options that turn off guards, logs and checks.
# custom:
#   rule: traces.operation
#   effect: deny
#   severity: high
#   help: >-
#     Leave it on.
#   tags: [attack.T1562]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "traces"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: Going round a check
# description: |
#   Options that leave out a check.
# custom:
#   rule: traces.ask_operation
#   effect: escalate
#   severity: medium
#   help: >-
#     Leave the option out.
#   tags: [attack.T1562]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "traces"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}
