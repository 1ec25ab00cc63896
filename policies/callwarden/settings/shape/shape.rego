# METADATA
# title: The shape of data
# description: |
#   What a decision rests on has the shape that the rules expect; each way it has not is a problem. The profile and the
#   small lists are looked at with every call; the large tables, which a rule only looks single names up in, are looked
#   at when the bundle is tested.
package callwarden.settings.shape

# METADATA
# title: What is wrong with the data, in words
problems contains sprintf("profiles.%s.%s is not a mapping", [input.session.profile, name]) if {
	profile := data.callwarden.profiles[input.session.profile]
	some name in ["programs", "hosts", "read", "write", "run_from", "exec_from", "opaque", "ports", "languages", "code", "limits"]
	not is_object(object.get(profile, name, null))
}

problems contains "org.forbidden_programs has no mapping of tunnels" if not _mapping(_forbidden, "tunnel")

problems contains "org.forbidden_programs has no mapping of miners" if not _mapping(_forbidden, "mining")

problems contains sprintf("org.operations.%s.%s is not a list", [family, program]) if {
	some program, _ in input.facts.index.programs
	some family in ["destructive", "privilege", "credentials", "persistence", "traces", "tunnel", "exfiltration", "supply", "self", "resource"]
	operations := data.callwarden.org.operations[family][program]
	not is_array(operations)
}

default _forbidden := {}

_forbidden := data.callwarden.org.forbidden_programs

_mapping(given, name) if is_object(given[name])
