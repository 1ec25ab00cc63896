package callwarden.rules.privilege_test

import data.callwarden.testing_test as testing

test_more_rights_are_asked_about if {
	"privilege.action" in testing.shell({"actions": ["privilege"]})
	not "privilege.action" in testing.shell({"actions": []})
}

test_a_command_behind_sudo_is_asked_about if {
	"privilege.wrapped" in testing.shell({"wrappers": ["sudo"]})
	not "privilege.wrapped" in testing.shell({"wrappers": ["env"]})
}

test_a_way_out_is_denied if {
	"privilege.operation" in testing.shell({"program": "docker", "operands": ["run"], "args": ["run", "--privileged"]})
	not "privilege.operation" in testing.shell({"program": "docker", "operands": ["build"], "args": ["build", "."]})
}

test_a_change_of_rights_is_asked_about if {
	"privilege.ask_operation" in testing.shell({"program": "chmod", "args": ["777", "a"]})
	not "privilege.ask_operation" in testing.shell({"program": "chmod", "args": ["644", "a"]})
}

test_the_kernel_is_not_steered if {
	"privilege.kernel" in testing.shell({"actions": ["kernel"]})
	not "privilege.kernel" in testing.shell({"actions": []})
}

test_accounts_stay if {
	"privilege.account" in testing.shell({"actions": ["account"]})
	not "privilege.account" in testing.shell({"actions": []})
}

test_a_mount_is_asked_about if {
	"privilege.mount" in testing.shell({"actions": ["mount"]})
	not "privilege.mount" in testing.shell({"actions": []})
}

test_a_debugger_is_asked_about if {
	"privilege.debug" in testing.shell({"actions": ["debug"]})
	not "privilege.debug" in testing.shell({"actions": []})
}
