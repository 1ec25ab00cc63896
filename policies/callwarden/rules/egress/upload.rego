package callwarden.rules.egress

import data.callwarden.finding
import data.callwarden.operations
import data.callwarden.settings

# METADATA
# title: Sending data to a host nobody listed
# description: |
#   Files and pipes that are sent somewhere unknown.
# custom:
#   rule: egress.upload
#   effect: deny
#   severity: critical
#   help: >-
#     Keep it in the workspace; a person sends it.
#   tags: [attack.T1048, attack.T1567]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.upload
	command := input.facts.commands[i]
	_outside(i)
	part := command.part
	reason := sprintf("`%s` sends data to a host that is not allowed", [command.program])
}

# METADATA
# title: Feeding a raw connection
# description: |
#   A pipe or a file into a raw connection is an upload.
# custom:
#   rule: egress.raw
#   effect: deny
#   severity: critical
#   help: >-
#     Keep it in the workspace; a person sends it.
#   tags: [attack.T1048.003]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.connect
	command := input.facts.commands[i]
	data.callwarden.org.raw_clients[command.program]
	_fed(command, i)
	_outside(i)
	part := command.part
	reason := sprintf("`%s` sends what it is fed to a host that is not allowed", [command.program])
}

# METADATA
# title: Sending a body to a host nobody listed
# description: |
#   A request with a body to an unknown host.
# custom:
#   rule: egress.request
#   effect: deny
#   severity: high
#   help: >-
#     Ask a person.
#   tags: [attack.T1567]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.kind == "http"
	input.facts.request.body_bytes > 0
	some host in input.facts.hosts
	host.kind != "loopback"
	not settings.host(host.name)
	part := host.part
	reason := sprintf("sends %d bytes to %s, which is not an allowed host", [input.facts.request.body_bytes, host.name])
}

# METADATA
# title: Running what was just downloaded
# description: |
#   What a server sends is run unseen.
# custom:
#   rule: egress.piped
#   effect: deny
#   severity: high
#   help: >-
#     Download it to the workspace, read it, then run it.
#   tags: [attack.T1105, attack.T1059.004]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	data.callwarden.org.interpreters[command.program]
	some source in command.fed_by
	_fetches(source)
	part := command.part
	reason := sprintf("`%s` runs what was just downloaded", [command.program])
}

# METADATA
# title: Data out by an ordinary program
# description: |
#   Options and subcommands of ordinary programs that send data away.
# custom:
#   rule: egress.operation
#   effect: deny
#   severity: high
#   help: >-
#     Keep it in the workspace; a person sends it.
#   tags: [attack.T1567]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "exfiltration"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: Data out that may be honest
# description: |
#   Publishing, copying to a store and the like.
# custom:
#   rule: egress.ask_operation
#   effect: escalate
#   severity: medium
#   help: >-
#     Keep it in the workspace, or ask a person.
#   tags: [attack.T1567]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "exfiltration"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

_outside(i) if {
	some host in input.facts.hosts
	host.command in {i, -1}
	host.direction in {"connect", "forward"}
	host.kind != "loopback"
	not settings.host(host.name)
}

_fed(command, _) if command.fed_by != []

_fed(_, i) if {
	some file in input.facts.paths
	file.command == i
	file.access == "read"
}

_fetches(source) if source in input.facts.index.actions.download

_fetches(source) if {
	some earlier in input.facts.commands[source].fed_by
	earlier in input.facts.index.actions.download
}
