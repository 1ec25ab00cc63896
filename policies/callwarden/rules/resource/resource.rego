# METADATA
# title: Resources
# description: |
#   Processor, memory and accelerator time are things a policy speaks about.
package callwarden.rules.resource

import data.callwarden.finding
import data.callwarden.operations
import data.callwarden.settings

# METADATA
# title: A measurement within the limits
# description: |
#   Nothing measured is above what the profile lets use.
# custom:
#   rule: resource.measured
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.kind == "sample"
	part := "call"
	is_string(input.call.device)
	is_object(input.call.values)
	over := [name | some name, value in input.call.values; value > settings.profile.limits[input.call.device][name]]
	over == []
	reason := "within the limits"
}

# METADATA
# title: More than the limit
# description: |
#   Something measured is above what the profile lets use.
# custom:
#   rule: resource.over
#   effect: escalate
#   severity: high
#   help: >-
#     Use less, or ask. The limits stand under `limits` of the profile; a person may add it, the agent may not.
#   tags: [attack.T1496]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.kind == "sample"
	some name, value in input.call.values
	limit := settings.profile.limits[input.call.device][name]
	value > limit
	part := "call"
	reason := sprintf("%s of the %s is %v, the limit is %v", [name, input.call.device, value, limit])
}

# METADATA
# title: Using up the machine
# description: |
#   Loops made to use up processes.
# custom:
#   rule: resource.operation
#   effect: deny
#   severity: high
#   help: >-
#     Measure with a bounded load.
#   tags: [attack.T1499]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "resource"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: A heavy load
# description: |
#   Programs made to use up memory, disk or processors.
# custom:
#   rule: resource.ask_operation
#   effect: escalate
#   severity: medium
#   help: >-
#     Measure with a bounded load, or ask a person.
#   tags: [attack.T1499]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "resource"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}
