package callwarden.later_test

import data.callwarden.later

_holding := {"door": "process", "session": {"protections": ["namespaces", "exec", "egress"]}}

_host := {"direction": "connect", "scheme": "https", "kind": "name", "classes": []}

test_a_request_meets_the_egress_door if later.judged(_host) with input as _holding

test_what_was_waived_judges_nothing if {
	every left in [["egress"], ["namespaces", "exec"], []] {
		not later.judged(_host) with input as object.union(_holding, {"session": {"protections": left}})
	}
}

test_what_a_tool_announces_is_judged_at_once if {
	not later.judged(_host) with input as object.union(_holding, {"door": "tool"})
}

test_what_is_no_request_to_a_plain_host_is_judged_at_once if {
	every other in [{"scheme": "ssh"}, {"scheme": ""}, {"direction": "listen"}, {"kind": "private"}, {"classes": ["paste"]}] {
		not later.judged(object.union(_host, other)) with input as _holding
	}
}
