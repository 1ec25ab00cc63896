# METADATA
# title: Egress
# description: |
#   Which hosts may be reached, and what may be sent to them.
package callwarden.rules.egress

import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: A host that the profile lists
# description: |
#   Package registries, code hosts and what else the data lists.
# custom:
#   rule: egress.listed
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some host in input.facts.hosts
	host.direction in {"connect", "resolve"}
	settings.host(host.name)
	_port(host.port)
	part := host.part
	reason := sprintf("%s is an allowed host", [host.name])
}

# METADATA
# title: This machine itself
# description: |
#   Loopback is the wall's own.
# custom:
#   rule: egress.loopback
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some host in input.facts.hosts
	host.kind == "loopback"
	host.direction in {"connect", "listen", "resolve"}
	settings.profile.loopback
	part := host.part
	reason := sprintf("%s is this machine", [host.name])
}

# METADATA
# title: A request that goes nowhere
# description: |
#   A call without a host sends nothing.
# custom:
#   rule: egress.no_host
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.kind in {"http", "connect", "dns"}
	input.facts.hosts != []
	part := "call"
	"call" in input.facts.parts
	every host in input.facts.hosts { settings.host(host.name) }
	reason := "every host is allowed"
}

_port(port) if settings.profile.ports[format_int(port, 10)]
