package callwarden.rules.files

import data.callwarden.access
import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: Changing the system
# description: |
#   System files, configuration and boot files are the machine's owner's.
# custom:
#   rule: files.system
#   effect: deny
#   severity: high
#   help: >-
#     Work inside the workspace. What the machine needs, a person installs.
#   tags: [attack.T1565.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some class in {"system_config", "kernel", "memory", "container_socket"}
	some i in input.facts.index.path_classes[class]
	file := input.facts.paths[i]
	access.writes[file.access]
	not settings.profile.may_change[class]
	part := file.part
	reason := sprintf("%s is part of the system (%s)", [file.path, class])
}

# METADATA
# title: Reading memory
# description: |
#   Another process's memory holds its secrets.
# custom:
#   rule: files.memory
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1003.007]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.memory
	file := input.facts.paths[i]
	access.reads[file.access]
	_names_memory(file)
	part := file.part
	reason := sprintf("%s is memory", [file.path])
}

# METADATA
# title: Using a device
# description: |
#   Reading or writing a device goes round every permission.
# custom:
#   rule: files.device
#   effect: escalate
#   severity: high
#   help: >-
#     Work with files. Ask a person if the hardware itself is meant.
#   tags: [attack.T1006]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.device
	file := input.facts.paths[i]
	not settings.profile.devices[file.path]
	part := file.part
	reason := sprintf("%s is a device", [file.path])
}

# METADATA
# title: A device that the profile lists
# description: |
#   Accelerators and the like that the work is about.
# custom:
#   rule: files.listed_device
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.device
	file := input.facts.paths[i]
	settings.profile.devices[file.path]
	part := file.part
	reason := sprintf("%s is a device of the work", [file.path])
}

# METADATA
# title: Speaking to a container engine
# description: |
#   Whoever speaks to a container engine is root on its host.
# custom:
#   rule: files.container_socket
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed. A person runs what needs containers.
#   tags: [attack.T1611]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.container_socket
	file := input.facts.paths[i]
	part := file.part
	reason := sprintf("%s is a container engine", [file.path])
}

# METADATA
# title: Who may log in, and how the machine is guarded
# description: |
#   Accounts, login rules and the settings of what guards the machine.
# custom:
#   rule: files.guarded
#   effect: escalate
#   severity: medium
#   help: >-
#     Ask for the one thing that is needed: `id`, `getent passwd NAME`, or a person.
#   tags: [attack.T1087]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.roots.system
	file := input.facts.paths[i]
	access.reads[file.access]
	some guarded in data.callwarden.org.guarded
	regex.match(guarded.path, file.path)
	part := file.part
	reason := sprintf("%s: %s", [file.path, guarded.reason])
}

# METADATA
# title: Going round a border by another process's view
# description: |
#   /proc/PID/root and cwd lead out of every jail.
# custom:
#   rule: files.other_root
#   effect: deny
#   severity: critical
#   help: >-
#     Name the file itself.
#   tags: [attack.T1611]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in input.facts.paths
	some name in {file.path, file.written}
	regex.match(`^/proc/[^/]+/(task/[^/]+/)?(root|cwd)(/|$)`, name)
	part := file.part
	reason := sprintf("%s is another process's view of the files", [name])
}

# A pattern over all of a process's files is not about its memory, unless it says so.
_names_memory(file) if not file.pattern

_names_memory(file) if regex.match(`(mem|map_files|kcore)[^/]*$`, file.written)
