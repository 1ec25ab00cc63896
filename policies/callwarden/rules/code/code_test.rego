package callwarden.rules.code_test

import data.callwarden.testing_test as testing

test_understood_code_is_allowed if {
	"code.understood" in testing.code({})
	not "code.understood" in testing.code({"understood": false})
}

test_scanned_code_is_allowed if {
	"code.scanned" in testing.code({"language": "awk", "understood": false})
	not "code.scanned" in testing.code({"language": "cobol", "understood": false})
}

test_an_unknown_language_is_asked_about if {
	"code.unknown_language" in testing.code({"language": "cobol", "understood": false})
	not "code.unknown_language" in testing.code({"language": "awk", "understood": false})
}

test_a_process_from_scanned_code_is_asked_about if {
	"code.process_unknown" in testing.code({"language": "perl", "understood": false, "actions": ["process"]})
	not "code.process_unknown" in testing.code({"actions": ["process"]})
}

test_a_reverse_shell_is_denied if {
	"code.reverse_shell" in testing.code({"actions": ["reverse_shell"]})
	not "code.reverse_shell" in testing.code({})
}

test_decoded_code_is_denied if {
	"code.decode_execute" in testing.code({"actions": ["decode_execute"]})
	not "code.decode_execute" in testing.code({})
}

test_going_below_is_asked_about if {
	"code.dangerous" in testing.code({"actions": ["native"]})
	not "code.dangerous" in testing.code({"actions": ["file"]})
}

test_a_shell_and_a_socket_in_one_program_are_denied if {
	shell := {"program": "sh", "actions": ["shell"], "parent": -1}
	both := {"commands": [shell], "code": [{"actions": ["network"]}]}
	"code.shell_and_socket" in testing.rules(testing.document("code", both))
	other := {"commands": [shell], "code": [{"actions": ["network"], "command": 3}]}
	not "code.shell_and_socket" in testing.rules(testing.document("code", other))
	alone := {"commands": [shell], "code": [{"actions": ["process"]}]}
	not "code.shell_and_socket" in testing.rules(testing.document("code", alone))
}
