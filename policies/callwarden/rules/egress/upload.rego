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
	_runs_input(command)
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

# METADATA
# title: A bare connection to a host nobody listed
# description: |
#   What goes over a bare connection is seen by nobody.
# custom:
#   rule: egress.bare
#   effect: deny
#   severity: high
#   help: >-
#     Use curl to an allowed host; to see whether a port is open, `nc -z`.
#   tags: [attack.T1095]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.connect
	command := input.facts.commands[i]
	data.callwarden.org.bare_clients[command.program]
	not "-z" in object.keys(command.options)
	_outside(i)
	part := command.part
	reason := sprintf("`%s` opens a bare connection to a host that is not allowed", [command.program])
}

# METADATA
# title: An address made of what a command prints
# description: |
#   What a command prints becomes part of a request to a host that nobody listed, and leaves with it.
# custom:
#   rule: egress.substituted
#   effect: deny
#   severity: high
#   help: >-
#     Write the address out, or use an allowed host.
#   tags: [attack.T1567]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i, command in input.facts.commands
	data.callwarden.org.clients[command.program]
	some argument in command.args
	_substituted(argument)
	_outside(i)
	part := command.part
	reason := sprintf("`%s` sends what a command prints to a host that is not allowed", [command.program])
}

# METADATA
# title: A name made of what is only known later
# description: |
#   What is asked of a name server leaves by the question itself.
# custom:
#   rule: egress.in_name
#   effect: deny
#   severity: high
#   help: >-
#     Write the name out.
#   tags: [attack.T1071.004]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some piece in input.facts.opaque
	piece.place == "host"
	data.callwarden.org.name_clients[input.facts.commands[piece.command].program]
	part := piece.part
	reason := sprintf("the name that is asked for is only known when it runs: %s", [piece.text])
}

_substituted(argument) if contains(argument, "$(")

_substituted(argument) if contains(argument, "`")

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

_remote(source) if {
	source in input.facts.index.actions.download
	kinds := {host.kind | some host in input.facts.hosts; host.command == source}
	kinds != {"loopback"}
}

# An interpreter that is given a program of its own reads its input as data.
_runs_input(command) if {
	object.keys(command.options) & {"-c", "-m", "-e", "-E", "--eval", "-p", "-r", "-n", "-ne", "-pe"} == set()
	every operand in command.operands { regex.match(`^(-$|/dev/(stdin|fd/)|<\()`, operand) }
}

_runs_input(command) if command.options["-s"]

_fetches(source) if _remote(source)

_fetches(source) if {
	some earlier in input.facts.commands[source].fed_by
	_remote(earlier)
}
