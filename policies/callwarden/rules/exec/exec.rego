# METADATA
# title: Processes
# description: |
#   What starts below an allowed call. A build starts hundreds of helpers that nobody lists, so here the place of the
#   program counts, and every dangerous use is still denied by the other families.
package callwarden.rules.exec

import data.callwarden.access
import data.callwarden.finding
import data.callwarden.later
import data.callwarden.settings

# METADATA
# title: A program of the system or the workspace
# description: |
#   A program file that lies where programs belong.
# custom:
#   rule: exec.known_place
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.door == "process"
	some command in input.facts.commands
	command.kind == "path"
	settings.profile.exec_from[command.location]
	part := command.part
	reason := sprintf("%s lies in the %s", [command.path, command.location])
}

# METADATA
# title: A program that a build tool just made
# description: |
#   Build tools start what they compile from folders of their own below the temporary one.
# custom:
#   rule: exec.build_place
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.door == "process"
	some command in input.facts.commands
	command.kind == "path"
	regex.match(data.callwarden.org.build_places, command.path)
	part := command.part
	reason := sprintf("%s is what a build tool made", [command.path])
}

# METADATA
# title: A file that only a started shell knows
# description: |
#   Where a script below an allowed call writes by a variable is bounded by what the jail lets write.
# custom:
#   rule: exec.unknown_write
#   effect: allow
#   severity: low
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.door == "process"
	some file in input.facts.paths
	access.nowhere(file)
	part := file.part
	reason := "which file is written is only known to the shell"
}

# METADATA
# title: A command inside a started shell
# description: |
#   A name in the text of `sh -c` is judged again when it starts, by its file.
# custom:
#   rule: exec.inner
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.door == "process"
	some command in input.facts.commands
	command.kind in {"name", "unknown"}
	part := command.part
	reason := "judged when it starts"
}

# METADATA
# title: What can't be known is judged when it happens
# description: |
#   Below a shell every program that starts and every connection is judged by itself.
# custom:
#   rule: exec.opaque
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.door == "process"
	some piece in input.facts.opaque
	part := piece.part
	reason := "judged when it happens"
}

# METADATA
# title: A request is judged when it connects
# description: |
#   Where HTTP is the one way out and the egress door stands in it, a client that names a host may start: its request is
#   judged with its method, path and body, and a refusal is an answer that the client can read.
# custom:
#   rule: exec.request
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some host in input.facts.hosts
	later.judged(host)
	part := host.part
	reason := sprintf("a request to %s is judged when it connects", [host.name])
}
