package callwarden.rules.caller

import data.callwarden.finding

# METADATA
# title: An input that is not whole
# description: |
#   The rules rest on an input in which nothing is missing. What is missing would be read as not there: a danger unseen.
# custom:
#   rule: caller.partial_input
#   effect: deny
#   severity: critical
#   help: >-
#     Ask through the gate, which always gives the whole input; its form is in schemas/input.json.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some place, names in object.union(_whole, {["call"]: _call})
	some name in (names - object.keys(object.get(input, place, {})))
	part := "call"
	reason := sprintf("the input lacks %s", [concat(".", array.concat(place, [name]))])
}

_whole := {
	[]: {"v", "kind", "call", "facts", "session", "state", "door", "cause"},
	["session"]: {
		"id", "agent", "principal", "team", "task", "phase",
		"profile", "mode", "filesystem", "workspace", "home", "labels",
	},
	["state"]: {"epoch", "taint", "counters"},
	["cause"]: {"id", "confidence", "candidates"},
	["facts"]: {
		"parts", "commands", "paths", "hosts", "code", "credentials", "opaque",
		"unparsable", "unparsable_reason", "request", "tool", "index",
	},
	["facts", "index"]: {
		"programs", "actions", "accesses", "path_classes", "roots",
		"host_classes", "host_kinds", "code_actions", "opaque_places",
	},
}

# What rules read of the call itself.
_call := {"id", "kind"} | object.get(_of_kind, object.get(input, "kind", ""), set())

_of_kind := {"shell": {"command"}, "sample": {"device", "values"}}
