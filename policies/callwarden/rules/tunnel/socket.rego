package callwarden.rules.tunnel

import data.callwarden.finding

# METADATA
# title: A connection through the shell itself
# description: |
#   bash opens /dev/tcp and /dev/udp as connections; no honest client is built of them.
# custom:
#   rule: tunnel.device
#   effect: deny
#   severity: high
#   help: >-
#     Use curl to an allowed host.
#   tags: [attack.T1095]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.network_device
	file := input.facts.paths[i]
	part := file.part
	reason := sprintf("%s is a connection, not a file", [file.path])
}
