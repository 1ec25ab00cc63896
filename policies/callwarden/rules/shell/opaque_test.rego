package callwarden.rules.shell_test

import data.callwarden.testing_test as testing

test_an_unknown_host_is_asked_about if {
	"shell.opaque_acting" in testing.rules(testing.document("shell", {"opaque": [{"place": "host"}]}))
	not "shell.opaque_acting" in testing.rules(testing.document("shell", {"opaque": [{"place": "argument"}]}))
}

test_an_unknown_argument_is_allowed if {
	"shell.opaque_harmless" in testing.rules(testing.document("shell", {"opaque": [{"place": "argument"}]}))
	not "shell.opaque_harmless" in testing.rules(testing.document("shell", {"opaque": [{"place": "program"}]}))
}

test_a_file_of_the_runner_is_given if {
	"shell.opaque_given" in testing.rules(testing.document("shell", {"opaque": [{"place": "write", "text": "$GITHUB_ENV"}]}))
	not "shell.opaque_given" in testing.rules(testing.document("shell", {"opaque": [{"place": "write"}]}))
}

test_a_shell_from_within_is_asked_about if {
	"shell.interactive" in testing.shell({"actions": ["shell"], "wrappers": ["nice"]})
	not "shell.interactive" in testing.shell({"actions": ["shell"]})
}

test_an_unknown_command_is_asked_about if {
	"shell.unknown_command" in testing.shell({"kind": "unknown", "program": ""})
	not "shell.unknown_command" in testing.shell({})
}

test_an_unreadable_text_is_asked_about if {
	"shell.unparsable" in testing.rules(testing.document("shell", {"unparsable": true}))
	not "shell.unparsable" in testing.rules(testing.document("shell", {}))
}

_in_program(program) := testing.rules(testing.document("shell", {
	"commands": [{"program": program}],
	"opaque": [{"place": "code", "command": 0}],
}))

test_a_variable_within_a_text_program_is_allowed if {
	"shell.opaque_text" in _in_program("sed")
	not "shell.opaque_acting" in _in_program("sed")
	not "shell.opaque_text" in _in_program("python3")
}
