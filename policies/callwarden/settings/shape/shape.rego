# METADATA
# title: The shape of data
# description: |
#   What a decision rests on has the shape that the rules expect; each way it has not is a problem. The profile and the
#   small lists are looked at with every call; the large tables, which a rule only looks single names up in, are looked
#   at when the bundle is tested.
package callwarden.settings.shape

import data.callwarden.operations

# METADATA
# title: What is wrong with the data, in words
# scope: document
problems contains sprintf("profiles.%s.%s is not a mapping", [input.session.profile, name]) if {
	some name in (_mappings - _mapped)
}

problems contains "org.forbidden_programs has no mapping of tunnels" if not _mapping(_forbidden, "tunnel")

problems contains "org.forbidden_programs has no mapping of miners" if not _mapping(_forbidden, "mining")

problems contains sprintf("org.operations.%s.%s is not a mapping", [use.family, use.program]) if {
	some use in operations.listed
	not is_object(use.told)
}

default _forbidden := {}

_forbidden := data.callwarden.org.forbidden_programs

_mapped contains name if {
	profile := data.callwarden.profiles[input.session.profile]
	some name in _mappings
	is_object(profile[name])
}

_mapping(given, name) if is_object(given[name])

_mappings := {
	"programs", "hosts", "read", "list", "write", "run_from", "exec_from",
	"opaque", "ports", "languages", "code", "limits", "devices",
}
