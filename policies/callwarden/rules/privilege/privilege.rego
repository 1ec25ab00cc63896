# METADATA
# title: Privilege
# description: |
#   More rights than the session was given.
package callwarden.rules.privilege

import data.callwarden.finding
import data.callwarden.operations

# METADATA
# title: More rights
# description: |
#   sudo, su and their kind.
# custom:
#   rule: privilege.action
#   effect: escalate
#   severity: high
#   help: >-
#     Do it without, or ask a person. In the wall there is nobody to become.
#   tags: [attack.T1548]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.privilege
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` asks for more rights", [command.program])
}

# METADATA
# title: A command run with more rights
# description: |
#   What stands behind sudo, su and their kind.
# custom:
#   rule: privilege.wrapped
#   effect: escalate
#   severity: high
#   help: >-
#     Do it without, or ask a person.
#   tags: [attack.T1548.003]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	some wrapper in command.wrappers
	data.callwarden.org.elevating[wrapper]
	part := command.part
	reason := sprintf("`%s` would run with more rights, by `%s`", [command.program, wrapper])
}

# METADATA
# title: A way out of the wall
# description: |
#   Containers with the host's rights, namespaces, setuid files, capabilities.
# custom:
#   rule: privilege.operation
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed. A person runs what needs it.
#   tags: [attack.T1611, attack.T1548.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "privilege"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: A change of rights
# description: |
#   Ownership, modes and roles.
# custom:
#   rule: privilege.ask_operation
#   effect: escalate
#   severity: medium
#   help: >-
#     Ask a person.
#   tags: [attack.T1222]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "privilege"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: Steering the kernel
# description: |
#   Modules, parameters and probes.
# custom:
#   rule: privilege.kernel
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1547.006]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.kernel
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` steers the kernel", [command.program])
}

# METADATA
# title: Changing accounts
# description: |
#   Users, groups and passwords.
# custom:
#   rule: privilege.account
#   effect: deny
#   severity: high
#   help: >-
#     A person changes accounts.
#   tags: [attack.T1136, attack.T1098]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.account
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` changes accounts", [command.program])
}

# METADATA
# title: Mounting
# description: |
#   A mount puts other files in the place of known ones.
# custom:
#   rule: privilege.mount
#   effect: escalate
#   severity: high
#   help: >-
#     Ask a person.
#   tags: [attack.T1611]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.mount
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` mounts", [command.program])
}

# METADATA
# title: Looking into another process
# description: |
#   A debugger reads and steers what another process knows.
# custom:
#   rule: privilege.debug
#   effect: escalate
#   severity: high
#   help: >-
#     Debug a program that you start under the debugger yourself.
#   tags: [attack.T1055.008]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.debug
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` looks into another process", [command.program])
}
