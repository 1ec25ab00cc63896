# METADATA
# title: Files
# description: |
#   What may be read and written where. Everyday work happens in the workspace and in temporary folders; the system
#   is read.
package callwarden.rules.files

import data.callwarden.access
import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: Reading where the profile lets read
# description: |
#   A file inside a root that the profile lets read.
# custom:
#   rule: files.read
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in access.read
	_readable(file)
	part := file.part
	reason := sprintf("reading in the %s is allowed", [access.place(file.root)])
}

# METADATA
# title: Writing where the profile lets write
# description: |
#   A file inside a root that the profile lets write.
# custom:
#   rule: files.write
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in access.changed
	settings.profile.write[file.root]
	part := file.part
	reason := sprintf("writing in the %s is allowed", [access.place(file.root)])
}

# METADATA
# title: A stream that is no device
# description: |
#   /dev/null, the terminal and the streams of the process itself.
# custom:
#   rule: files.stream
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in input.facts.paths
	access.stream(file.path)
	part := file.part
	reason := sprintf("%s is a stream", [file.path])
}

# METADATA
# title: A file that the runner gave
# description: |
#   Runners of continuous integration name files by variables for a job to write its results to.
# custom:
#   rule: files.given
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in input.facts.paths
	access.given(file.written)
	part := file.part
	reason := sprintf("%s is a file of the runner", [file.written])
}

# METADATA
# title: Reading something that can't be known
# description: |
#   Where a file lies is only known when it is read; the process and egress doors see what comes of it.
# custom:
#   rule: files.unknown_read
#   effect: allow
#   severity: low
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in access.read
	not file.known
	file.root == ""
	part := file.part
	reason := "which file is read is only known when it runs"
}

_readable(file) if settings.profile.read[file.root]

_readable(file) if {
	access.looks[file.access]
	settings.profile.list[file.root]
}
