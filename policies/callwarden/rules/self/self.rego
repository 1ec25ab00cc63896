# METADATA
# title: callwarden itself
# description: |
#   What watches the agent is not the agent's. Holds in observe mode too.
package callwarden.rules.self

import data.callwarden.access
import data.callwarden.finding
import data.callwarden.operations
import data.callwarden.variables

# METADATA
# title: callwarden's own files
# description: |
#   Policies, keys, log and sockets.
# custom:
#   rule: self.files
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed. Propose a change of policy to a person.
#   tags: [attack.T1562.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.self
	file := input.facts.paths[i]
	part := file.part
	reason := sprintf("%s is callwarden's own", [file.path])
}

# METADATA
# title: An agent's own settings
# description: |
#   What an agent may do, and what runs around it, is not the agent's to change.
# custom:
#   rule: self.agent_settings
#   effect: deny
#   severity: high
#   help: >-
#     Propose the change to a person.
#   tags: [attack.T1562.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.agent_config
	file := input.facts.paths[i]
	access.writes[file.access]
	part := file.part
	reason := sprintf("%s says what an agent may do", [file.path])
}

# METADATA
# title: The variables that lead through the gate
# description: |
#   Proxy and certificate variables lead traffic through the egress door.
# custom:
#   rule: self.variables
#   effect: deny
#   severity: high
#   help: >-
#     Leave them as they are.
#   tags: [attack.T1562.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	some name, value in variables.changed_by(command)
	regex.match(data.callwarden.org.own_variables[name], value)
	part := command.part
	reason := sprintf("changes %s, which leads through the gate", [name])
}

# METADATA
# title: Ending callwarden
# description: |
#   Signals to the gate, the supervisor or the egress worker.
# custom:
#   rule: self.kill
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1562.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.kill
	command := input.facts.commands[i]
	some operand in command.operands
	regex.match(`(?i)callwarden|mitmproxy|mitmdump`, operand)
	part := command.part
	reason := "ends callwarden"
}

# METADATA
# title: Running callwarden
# description: |
#   Only a person approves, edits policy or ends a session.
# custom:
#   rule: self.command
#   effect: deny
#   severity: high
#   help: >-
#     Propose the change to a person.
#   tags: [attack.T1562.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.programs.callwarden
	command := input.facts.commands[i]
	not _asks_only(command)
	part := command.part
	reason := "callwarden is not the agent's to steer"
}

# METADATA
# title: Another agent without limits
# description: |
#   Options that start an agent without asking or without a wall.
# custom:
#   rule: self.operation
#   effect: deny
#   severity: high
#   help: >-
#     Start it without the option.
#   tags: [attack.T1562.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "self"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: Another agent
# description: |
#   An agent that an agent starts works with the same rights and another mind.
# custom:
#   rule: self.ask_operation
#   effect: escalate
#   severity: medium
#   help: >-
#     Do the work in this session, or ask a person.
#   tags: [attack.T1059]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "self"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

_asks_only(command) if command.operands[0] in {"check", "facts"}
