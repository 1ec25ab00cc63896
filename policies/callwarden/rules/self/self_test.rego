package callwarden.rules.self_test

import data.callwarden.testing_test as testing

test_its_files_are_denied if {
	"self.files" in testing.file({"classes": ["self"]})
	not "self.files" in testing.file({})
}

test_agent_settings_are_not_written if {
	"self.agent_settings" in testing.file({"classes": ["agent_config"], "access": "write"})
	not "self.agent_settings" in testing.file({"classes": ["agent_config"]})
}

test_proxy_variables_stay if {
	"self.variables" in testing.shell({"program": "unset", "args": ["HTTPS_PROXY"]})
	not "self.variables" in testing.shell({"program": "unset", "args": ["FOO"]})
}

test_proxy_variables_of_one_command_stay if "self.variables" in testing.shell({"environment": {"https_proxy": ""}})

test_it_is_not_killed if {
	"self.kill" in testing.shell({"program": "pkill", "actions": ["kill"], "operands": ["callwarden"]})
	not "self.kill" in testing.shell({"program": "pkill", "actions": ["kill"], "operands": ["node"]})
}

test_it_is_not_steered if {
	"self.command" in testing.shell({"program": "callwarden", "operands": ["approve"]})
	not "self.command" in testing.shell({"program": "callwarden", "operands": ["check", "ls"]})
}

test_an_agent_without_limits_is_denied if {
	"self.operation" in testing.shell({"program": "claude", "args": ["--dangerously-skip-permissions"]})
	not "self.operation" in testing.shell({"program": "claude", "args": ["--help"]})
}

test_another_agent_is_asked_about if {
	"self.ask_operation" in testing.shell({"program": "claude", "options": {"-p": [""]}})
	not "self.ask_operation" in testing.shell({"program": "claude"})
}
