package callwarden.rules.files

import data.callwarden.access
import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: Reading outside
# description: |
#   A file outside every root that the profile lets read.
# custom:
#   rule: files.read_outside
#   effect: escalate
#   severity: medium
#   help: >-
#     Copy what you need into the workspace, or ask. To allow the place always: add the root under `read` of the profile; a person may add it, the agent may not.
#   tags: [attack.T1005]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in input.facts.paths
	access.reads[file.access]
	not settings.profile.read[file.root]
	not access.stream(file.path)
	not access.nowhere(file)
	part := file.part
	reason := sprintf("%s lies outside what this profile lets read", [file.path])
}

# METADATA
# title: Writing outside
# description: |
#   A file outside every root that the profile lets write.
# custom:
#   rule: files.write_outside
#   effect: escalate
#   severity: medium
#   help: >-
#     Write inside the workspace, or ask. To allow the place always: add the root under `write` of the profile; a person may add it, the agent may not.
#   tags: [attack.T1565]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in input.facts.paths
	access.writes[file.access]
	not settings.profile.write[file.root]
	not access.stream(file.path)
	part := file.part
	reason := sprintf("%s lies outside what this profile lets write", [access.shown(file.path)])
}
