package callwarden.rules.traces_test

import data.callwarden.testing_test as testing

test_a_log_is_not_changed if {
	"traces.write" in testing.file({"classes": ["log"], "access": "write", "root": "system"})
	not "traces.write" in testing.file({"classes": ["log"], "root": "system"})
}

test_a_log_of_the_work_may_be_changed if not "traces.write" in testing.file({"classes": ["log"], "access": "write"})

test_traces_stay if {
	"traces.clear" in testing.shell({"actions": ["clear_traces"]})
	not "traces.clear" in testing.shell({"actions": []})
}

test_guards_stay if {
	"traces.disable" in testing.shell({"actions": ["disable_security"]})
	not "traces.disable" in testing.shell({"actions": []})
}

test_an_operation_is_denied if {
	"traces.operation" in testing.shell({"program": "iptables"})
	not "traces.operation" in testing.shell({"program": "git"})
}

test_an_operation_is_asked_about if {
	"traces.ask_operation" in testing.shell({"program": "kill", "args": ["-STOP", "1"]})
	not "traces.ask_operation" in testing.shell({"program": "kill", "args": ["1"]})
}
