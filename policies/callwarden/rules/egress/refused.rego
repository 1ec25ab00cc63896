package callwarden.rules.egress

import data.callwarden.finding
import data.callwarden.later
import data.callwarden.settings
import data.callwarden.text

# METADATA
# title: A host nobody listed
# description: |
#   A host that no data lists may be anybody's.
# custom:
#   rule: egress.unknown_host
#   effect: escalate
#   severity: medium
#   help: >-
#     Use an allowed host or the package mirror, or ask. To allow it always: add `NAME: {reason: …}` under `hosts` in
#     .callwarden/data.yaml; a person may add it, the agent may not.
#   tags: [attack.T1071]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some host in input.facts.hosts
	host.direction in {"connect", "forward", "resolve"}
	host.kind in {"name", "public", "unknown", "multicast", "unspecified"}
	not text.only(host)
	not settings.host(host.name)
	not later.judged(host)
	part := host.part
	reason := sprintf("%s is not a host that this profile lists", [_shown(host)])
}

# METADATA
# title: An allowed host on another port
# description: |
#   An allowed host is allowed for what it is listed for.
# custom:
#   rule: egress.port
#   effect: escalate
#   severity: medium
#   help: >-
#     Use HTTPS. To allow the port: add it under `ports` of the host's entry or of the profile; a person may add it, the
#     agent may not.
#   tags: [attack.T1571]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some host in input.facts.hosts
	host.direction in {"connect", "forward"}
	settings.host(host.name)
	not settings.port(host.name, host.port)
	not later.judged(host)
	part := host.part
	reason := sprintf("%s is allowed, port %d on it is not%s", [host.name, host.port, _instead(host)])
}

# METADATA
# title: The cloud's metadata service
# description: |
#   It hands out the machine's own credentials.
# custom:
#   rule: egress.metadata
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1552.005]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some kind in {"metadata", "link_local"}
	some i in input.facts.index.host_kinds[kind]
	host := input.facts.hosts[i]
	part := host.part
	reason := sprintf("%s is a metadata or link-local address", [host.name])
}

# METADATA
# title: The network behind
# description: |
#   Machines of the network that this one stands in.
# custom:
#   rule: egress.private
#   effect: deny
#   severity: high
#   help: >-
#     Use an allowed host. To allow one: add its address under `hosts` in the data of the organisation; a person may
#     add it, the agent may not.
#   tags: [attack.T1046]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.host_kinds.private
	host := input.facts.hosts[i]
	not settings.host(host.name)
	host.direction != "listen"
	part := host.part
	reason := sprintf("%s lies in a private network", [host.name])
}

# METADATA
# title: A service of the machine outside of the wall
# description: |
#   The egress door stands outside of the wall, and its loopback is the machine's: databases, other people's servers,
#   debuggers. Programs reach the wall's own loopback directly.
# custom:
#   rule: egress.own_machine
#   effect: deny
#   severity: high
#   help: >-
#     Reach a server of your own without the proxy. To allow one of the machine: add `localhost: {reason: …, ports: […]}`
#     under `hosts` in the person's data; a person may add it, the agent may not.
#   tags: [attack.T1090]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.door == "egress"
	some kind in ["loopback", "unspecified"] # 0.0.0.0 and :: lead to loopback
	some i in input.facts.index.host_kinds[kind]
	host := input.facts.hosts[i]
	not settings.host(host.name)
	part := host.part
	reason := sprintf("%s is the machine outside of the wall", [host.name])
}

# METADATA
# title: Something else than HTTP through the proxy
# description: |
#   What a door heard in a connection that was opened for HTTP.
# custom:
#   rule: egress.protocol
#   effect: deny
#   severity: high
#   help: >-
#     Only HTTP and HTTPS leave. For git over SSH, use the repository's https:// URL.
#   tags: [attack.T1572]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.kind == "connect"
	spoken := object.get(input.call, "application", "")
	spoken != ""
	part := "call"
	reason := sprintf("%s was spoken where HTTP was expected", [spoken])
}

# METADATA
# title: A place to drop data
# description: |
#   Paste services, file drops and request catchers take what anybody sends them.
# custom:
#   rule: egress.drop
#   effect: deny
#   severity: high
#   help: >-
#     Keep it in the workspace; a person shares it.
#   tags: [attack.T1567]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some class in {"file_drop", "webhook_catcher", "paste"}
	some i in input.facts.index.host_classes[class]
	host := input.facts.hosts[i]
	part := host.part
	reason := sprintf("%s takes what anybody sends (%s)", [host.name, class])
}

_instead(host) := sprintf("; with git, write its URL as https://%s/…", [host.name]) if host.port == 22

_instead(host) := "" if host.port != 22

_shown(host) := host.name if host.name != ""

_shown(host) := "a host that can't be known" if host.name == ""
