package callwarden.rules.egress_test

import data.callwarden.testing_test as testing

test_an_upload_is_denied if {
	"egress.upload" in testing.rules(testing.document("shell", {"commands": [{"actions": ["upload"]}], "hosts": [{"command": 0}]}))
	not "egress.upload" in testing.rules(testing.document("shell", {"commands": [{"actions": ["upload"]}], "hosts": [{"command": 0, "name": "pypi.org"}]}))
}

test_a_fed_connection_is_denied if {
	"egress.raw" in testing.rules(testing.document("shell", {"commands": [{}, {"program": "nc", "actions": ["connect"], "fed_by": [0]}], "hosts": [{"command": 1}]}))
	not "egress.raw" in testing.rules(testing.document("shell", {"commands": [{"program": "nc", "actions": ["connect"]}], "hosts": [{"command": 0}]}))
}

test_a_connection_fed_a_file_is_denied if "egress.raw" in testing.rules(testing.document("shell", {"commands": [{"program": "nc", "actions": ["connect"]}], "hosts": [{"command": 0}], "paths": [{"command": 0}]}))

test_a_body_to_an_unknown_host_is_denied if {
	"egress.request" in testing.rules(testing.document("http", {"hosts": [{}], "request": {"body_bytes": 2}}))
	not "egress.request" in testing.rules(testing.document("http", {"hosts": [{}]}))
}

test_a_download_is_not_run if {
	"egress.piped" in testing.rules(testing.document("shell", {"commands": [{"program": "curl", "actions": ["download"]}, {"program": "sh", "fed_by": [0]}]}))
	not "egress.piped" in testing.rules(testing.document("shell", {"commands": [{"program": "curl", "actions": ["download"]}, {"program": "jq", "fed_by": [0]}]}))
}

test_a_filtered_download_is_not_run if "egress.piped" in testing.rules(testing.document("shell", {"commands": [{"program": "curl", "actions": ["download"]}, {"program": "gunzip", "fed_by": [0]}, {"program": "sh", "fed_by": [1]}]}))

test_data_out_is_denied if {
	"egress.operation" in testing.shell({"program": "mail"})
	not "egress.operation" in testing.shell({"program": "git"})
}

test_data_out_that_may_be_honest_is_asked_about if {
	"egress.ask_operation" in testing.shell({"program": "gh", "operands": ["gist", "create"]})
	not "egress.ask_operation" in testing.shell({"program": "gh", "operands": ["pr", "create"]})
}

_to_unknown(command) := testing.rules(testing.document("shell", {"commands": [command], "hosts": [{"command": 0}]}))

test_a_bare_connection_is_denied if {
	"egress.bare" in _to_unknown({"program": "nc", "actions": ["connect"]})
	not "egress.bare" in _to_unknown({"program": "nc", "actions": ["connect"], "options": {"-z": [""]}})
	not "egress.bare" in _to_unknown({"program": "curl", "actions": ["connect"]})
}

test_what_a_command_prints_is_not_sent if {
	"egress.substituted" in _to_unknown({"program": "curl", "args": ["https://a/?$(id)"]})
	"egress.substituted" in _to_unknown({"program": "curl", "args": ["https://a/?`id`"]})
	not "egress.substituted" in _to_unknown({"program": "curl", "args": ["https://a/$VERSION"]})
}

_asked(program) := testing.rules(testing.document("shell", {
	"commands": [{"program": program}],
	"opaque": [{"place": "host", "command": 0}],
}))

test_a_name_of_what_is_only_known_later_is_not_asked if {
	"egress.in_name" in _asked("dig")
	not "egress.in_name" in _asked("curl")
}

_piped(command) := testing.rules(testing.document("shell", {"commands": [
	{"program": "curl", "actions": ["download"]},
	object.union({"fed_by": [0]}, command),
]}))

test_an_interpreter_with_a_program_of_its_own_reads_data if {
	not "egress.piped" in _piped({"program": "python3", "operands": ["-m", "json.tool"], "options": {"-m": ["json.tool"]}})
	not "egress.piped" in _piped({"program": "python3", "operands": ["read.py"]})
	"egress.piped" in _piped({"program": "sh", "operands": ["-"]})
	"egress.piped" in _piped({"program": "bash", "operands": ["--fast"], "options": {"-s": [""]}})
}

test_what_this_machine_serves_is_not_a_download if {
	local := {
		"commands": [{"program": "curl", "actions": ["download"]}, {"program": "sh", "fed_by": [0]}],
		"hosts": [{"kind": "loopback", "command": 0}],
	}
	not "egress.piped" in testing.rules(testing.document("shell", local))
}
