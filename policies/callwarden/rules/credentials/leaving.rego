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

# METADATA
# title: A secret and a host that is only known later
# description: |
#   A secret is read, and where it goes is only known when it runs: a name made of what was read carries it away.
# custom:
#   rule: credentials.exfiltration_unknown
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1048, attack.T1071.004]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some piece in input.facts.opaque
	piece.place == "host"
	_has_secret
	part := piece.part
	reason := "a secret would become part of a name or an address"
}

# METADATA
# title: A secret store named to a program nobody knows to read it
# description: |
#   An argument names a secret store, or a file that starts by itself, and what the program does with it is not known.
# custom:
#   rule: credentials.mentioned
#   effect: escalate
#   severity: high
#   help: >-
#     Ask a person for what the task needs.
#   tags: [attack.T1552.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i, command in input.facts.commands
	command.kind != "builtin"
	spoken := concat(" ", command.args)
	some mention in data.callwarden.org.mentions
	regex.match(mention.argument, spoken)
	some argument in command.args
	regex.match(mention.argument, argument)
	not _modelled(i)
	part := command.part
	reason := sprintf("`%s` is given %s: %s", [command.program, substring(argument, 0, 60), mention.reason])
}

_modelled(i) if {
	some class in ["secret", "persistence"]
	some j in input.facts.index.path_classes[class]
	input.facts.paths[j].command == i
}

_modelled(i) if data.callwarden.org.harmless_mentions[input.facts.commands[i].program]

_has_secret if {
	some i in input.facts.index.path_classes.secret
	input.facts.paths[i].access in {"read", "move", "link"}
}

_has_secret if {
	some i in input.facts.index.roots.system
	file := input.facts.paths[i]
	file.access == "read"
	some guarded in data.callwarden.org.guarded
	regex.match(guarded.path, file.path)
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
