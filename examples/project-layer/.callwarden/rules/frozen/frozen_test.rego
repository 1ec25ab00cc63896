package callwarden.layers.project.rules.frozen_test

import data.callwarden.layers.project.rules.frozen

_touching(path) := {
	"facts": {"index": {"accesses": {"write": [0]}}, "paths": [{"path": path, "part": "paths/0"}]},
	"session": {"workspace": "/workspace"},
}

test_a_write_below_vendor_is_denied if {
	some found in frozen.findings with input as _touching("/workspace/vendor/x.c")
	found.effect == "deny"
	found.part == "paths/0"
}

test_a_write_beside_it_is_not if count(frozen.findings) == 0 with input as _touching("/workspace/vendors.txt")
