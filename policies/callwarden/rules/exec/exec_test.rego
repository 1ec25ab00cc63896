package callwarden.rules.exec_test

import data.callwarden.testing_test as testing

test_a_helper_of_the_system_is_allowed if {
	"exec.known_place" in testing.rules(object.union(testing.document("exec", {"commands": [{"kind": "path", "program": "cc1", "location": "system"}]}), {"door": "process"}))
	not "exec.known_place" in testing.rules(object.union(testing.document("exec", {"commands": [{"kind": "path", "program": "cc1", "location": "temporary"}]}), {"door": "process"}))
}

test_a_name_is_judged_when_it_starts if {
	"exec.inner" in testing.rules(object.union(testing.document("exec", {"commands": [{"program": "frobnicate"}]}), {"door": "process"}))
	not "exec.inner" in testing.rules(object.union(testing.document("exec", {"commands": [{"kind": "path"}]}), {"door": "process"}))
}

test_what_is_unknown_is_judged_when_it_happens if {
	"exec.opaque" in testing.rules(object.union(testing.document("exec", {"opaque": [{"place": "program"}]}), {"door": "process"}))
	not "exec.opaque" in testing.rules(object.union(testing.document("exec", {}), {"door": "process"}))
}

test_a_danger_is_still_denied if testing.answer(object.union(testing.document("exec", {"commands": [{"program": "ssh", "actions": ["reverse_tunnel"]}]}), {"door": "process"})).effect == "deny"

_starting(reached, protections) := object.union(
	testing.document("exec", {"hosts": [reached]}),
	{"door": "process", "session": object.union(testing.document("exec", {}).session, {"protections": protections})},
)

test_a_request_is_judged_when_it_connects if {
	asked := _starting({}, ["namespaces", "exec", "egress"])
	"exec.request" in testing.rules(asked)
	testing.answer(asked).effect == "allow"
	not "exec.request" in testing.rules(_starting({"name": "x.trycloudflare.com", "classes": ["tunnel_service"]}, ["namespaces", "egress"]))
}

test_a_host_is_judged_at_once_without_the_egress_door if {
	every left in [["namespaces", "exec"], ["exec", "egress"]] {
		asked := _starting({}, left)
		"egress.unknown_host" in testing.rules(asked)
		testing.answer(asked).effect == "escalate"
	}
}

_started(path) := testing.answer(object.union(
	testing.document("exec", {"commands": [{"kind": "path", "path": path, "program": "x", "location": "temporary"}]}),
	{"door": "process"},
)).effect

test_what_a_build_tool_made_is_allowed if {
	_started("/tmp/go-build2417/b001/app.test") == "allow"
	_started("/tmp/go-build2417x") == "escalate"
	_started("/tmp/../tmp/x") == "escalate"
}

_writing(door) := testing.answer(object.union(
	testing.document("exec", {"paths": [{"access": "write", "known": false, "root": "", "path": ""}]}),
	{"door": door},
)).effect

test_a_file_that_only_the_shell_knows_is_written_below_alone if {
	_writing("process") == "allow"
	_writing("tool") == "escalate"
}
