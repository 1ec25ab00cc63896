package callwarden.rules.credentials

import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: A secret in a command line
# description: |
#   A token in a command line stands in histories, process lists and logs.
# custom:
#   rule: credentials.in_command
#   effect: escalate
#   severity: medium
#   help: >-
#     Let the program read it from where it is kept.
#   tags: [attack.T1552]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some credential in input.facts.credentials
	credential.place == "command"
	part := "call"
	reason := sprintf("a secret (%s) stands in the command", [credential.kind])
}

# METADATA
# title: A secret and a way out
# description: |
#   A secret is read or given, and the same call reaches a host that is not known.
# custom:
#   rule: credentials.exfiltration
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1048, attack.T1567]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some host in input.facts.hosts
	host.direction in {"connect", "forward"}
	host.kind != "loopback"
	not settings.host(host.name)
	_has_secret
	part := host.part
	reason := sprintf("a secret would reach %s", [host.name])
}

# METADATA
# title: A secret in a request
# description: |
#   A secret in the address or body of a request to a host that is not known.
# custom:
#   rule: credentials.in_request
#   effect: deny
#   severity: critical
#   help: >-
#     Leave the secret out.
#   tags: [attack.T1567]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.kind == "http"
	some credential in input.facts.credentials
	credential.place in {"body", "url", "header"}
	_leaks(credential.place)
	part := "call"
	reason := sprintf("a secret (%s) stands in the %s of the request", [credential.kind, credential.place])
}

_has_secret if {
	some i in input.facts.index.path_classes.secret
	input.facts.paths[i].access in {"read", "move", "link"}
}

_has_secret if {
	some credential in input.facts.credentials
	credential.place != "header"
}

# A key for the host it belongs to stands in a header; nothing else of a request is a place for one.
_leaks(place) if place in {"body", "url"}

_leaks("header") if {
	some host in input.facts.hosts
	not settings.host(host.name)
}
