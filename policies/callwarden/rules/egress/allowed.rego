# METADATA
# title: Egress
# description: |
#   Which hosts may be reached, and what may be sent to them.
package callwarden.rules.egress

import data.callwarden.finding
import data.callwarden.settings
import data.callwarden.text

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
	settings.port(host.name, host.port)
	part := host.part
	reason := sprintf("%s is an allowed host", [host.name])
}

# METADATA
# title: This machine itself
# description: |
#   Loopback is the wall's own. What reaches the egress door left the wall: see egress.own_machine.
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
	input.door != "egress"
	host.kind == "loopback"
	host.direction in {"connect", "listen", "resolve"}
	settings.profile.loopback
	part := host.part
	reason := sprintf("%s is this machine", [host.name])
}

# METADATA
# title: A file by an address
# description: |
#   An address that names a file reads it past every rule about files.
# custom:
#   rule: egress.file_url
#   effect: escalate
#   severity: medium
#   help: >-
#     Name the file itself.
#   tags: [attack.T1005]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some host in input.facts.hosts
	host.scheme == "file"
	input.facts.commands[host.command].program in {"curl", "wget", "aria2c", "http", "lynx", "w3m", "links"}
	part := host.part
	reason := sprintf("%s is a file", [host.written])
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

# METADATA
# title: An address within a text program
# description: |
#   sed, awk and jq work on text; an address in their program is text as well.
# custom:
#   rule: egress.text
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some host in input.facts.hosts
	text.only(host)
	part := host.part
	reason := sprintf("%s is text in a text program", [host.name])
}
