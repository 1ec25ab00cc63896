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
#     Copy what you need into the workspace, or ask. To allow the place always: add the root under `read` of the
#     profile; a person may add it, the agent may not.
#   tags: [attack.T1005]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in access.read
	not settings.profile.read[file.root]
	not _listable(file)
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
#     Write inside the workspace, or ask. To allow the place always: add the root under `write` of the profile; a
#     person may add it, the agent may not.
#   tags: [attack.T1565]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in access.changed
	not settings.profile.write[file.root]
	not access.stream(file.path)
	not _seen_below(file)
	not access.given(file.written)
	part := file.part
	reason := sprintf("%s lies outside what this profile lets write", [access.shown(file.path)])
}

# METADATA
# title: A path that climbs out
# description: |
#   A relative path that climbs out of the workspace to the system is how a path is smuggled past a reader.
# custom:
#   rule: files.climbs
#   effect: escalate
#   severity: medium
#   help: >-
#     Name the file by its absolute path.
#   tags: [attack.T1083]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some root in {"system", "kernel", "homes", "mounted", ""}
	some i in input.facts.index.roots[root]
	file := input.facts.paths[i]
	regex.match(`(^|[/\\])\.\.([/\\]|$)`, file.written)
	not access.looks[file.access]
	part := file.part
	reason := sprintf("%s climbs out of the workspace to %s", [file.written, file.path])
}

# METADATA
# title: A file whose name is an option
# description: |
#   A pattern that expands to such a name gives a program options that nobody wrote.
# custom:
#   rule: files.option_name
#   effect: escalate
#   severity: medium
#   help: >-
#     Give the file another name.
#   tags: [attack.T1059]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in access.changed
	regex.match(`(^|/)--?[A-Za-z][A-Za-z-]*[ =]`, file.path)
	part := file.part
	reason := sprintf("the name of %s reads as an option", [file.path])
}

_listable(file) if {
	access.looks[file.access]
	settings.profile.list[file.root]
}

# Below an allowed call the jail says where may be written; a name that only the shell knows is left to it.
_seen_below(file) if {
	input.door == "process"
	access.nowhere(file)
}
