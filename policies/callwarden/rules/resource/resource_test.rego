package callwarden.rules.resource_test

import data.callwarden.testing_test as testing

test_within_the_limits_is_allowed if testing.answer(object.union(testing.document("sample", {}), {"session": {"profile": "rl-training"}, "call": {"device": "gpu", "values": {"percent": 50}}})).effect == "allow"

test_over_the_limit_is_asked_about if {
	"resource.over" in testing.rules(object.union(testing.document("sample", {}), {"session": {"profile": "rl-training"}, "call": {"device": "gpu", "values": {"percent": 99}}}))
	testing.answer(object.union(testing.document("sample", {}), {"session": {"profile": "rl-training"}, "call": {"device": "gpu", "values": {"percent": 99}}})).effect == "escalate"
}

test_using_up_the_machine_is_denied if {
	"resource.operation" in testing.shell({"program": "perl", "args": ["-e", "fork while 1"]})
	not "resource.operation" in testing.shell({"program": "perl", "args": ["-e", "print"]})
}

test_a_load_is_asked_about if {
	"resource.ask_operation" in testing.shell({"program": "stress"})
	not "resource.ask_operation" in testing.shell({"program": "git"})
}
