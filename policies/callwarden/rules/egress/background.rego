package callwarden.rules.egress

import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: A request in the background to a host nobody listed
# description: |
#   A request that outlives its call, to a host that nobody listed, is how a beacon is built.
# custom:
#   rule: egress.background
#   effect: deny
#   severity: high
#   help: >-
#     Make the request in the foreground, or use an allowed host.
#   tags: [attack.T1071]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some host in input.facts.hosts
	host.direction == "connect"
	host.kind != "loopback"
	command := input.facts.commands[host.command]
	command.background
	not settings.host(host.name)
	part := host.part
	reason := sprintf("`%s` would reach %s when the call is over", [command.program, host.name])
}
