package callwarden.rules.tunnel

import data.callwarden.finding

# METADATA
# title: Listening where others can connect
# description: |
#   A listener on another address than loopback can be reached from outside.
# custom:
#   rule: tunnel.listen
#   effect: escalate
#   severity: high
#   help: >-
#     Listen on 127.0.0.1 instead, which is allowed.
#   tags: [attack.T1571]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i, host in input.facts.hosts
	host.direction == "listen"
	host.kind != "loopback"
	part := host.part
	reason := sprintf("listens on %s, where others can connect", [_shown(host.name)])
}

_shown("") := "every address"

_shown(name) := name if name != ""
