package callwarden.rules.caller_test

import data.callwarden.testing_test as testing

_under(profile, command) := testing.rules(object.union(
	testing.document("shell", {"commands": [command]}),
	{"session": {"profile": profile}},
))

test_a_use_that_the_profile_refuses_is_denied if {
	push := {"program": "git", "operands": ["push", "origin"]}
	"caller.refuses" in _under("rl-training", push)
	not "caller.refuses" in _under("coding", push)
	not "caller.refuses" in _under("rl-training", {"program": "git", "operands": ["status"]})
}

test_a_program_that_the_profile_refuses_is_denied if {
	"caller.refuses" in _under("rl-training", {"program": "ssh"})
}
