package callwarden.rules.persistence_test

import data.callwarden.testing_test as testing

test_what_starts_by_itself_is_not_written if {
	"persistence.start_up" in testing.file({"classes": ["persistence"], "access": "append"})
	not "persistence.start_up" in testing.file({"classes": ["persistence"]})
}

test_what_stays_is_denied if {
	"persistence.action" in testing.shell({"actions": ["persist"]})
	not "persistence.action" in testing.shell({"actions": []})
}

test_a_schedule_is_denied if {
	"persistence.schedule" in testing.shell({"actions": ["schedule"]})
	not "persistence.schedule" in testing.shell({"actions": []})
}

test_an_operation_is_denied if {
	"persistence.operation" in testing.shell({"program": "systemctl", "args": ["enable", "a"]})
	not "persistence.operation" in testing.shell({"program": "systemctl", "args": ["status", "a"]})
}

test_an_operation_is_asked_about if {
	"persistence.ask_operation" in testing.shell({"program": "git", "operands": ["config"], "args": ["config", "core.pager", "x"]})
	not "persistence.ask_operation" in testing.shell({"program": "git", "operands": ["config"], "args": ["config", "user.name", "x"]})
}

test_a_loader_variable_that_is_exported_is_asked_about if "persistence.loader" in testing.shell({"program": "export", "args": ["LD_PRELOAD=/a"]})

test_a_temporary_search_path_is_asked_about if {
	"persistence.search" in testing.shell({"environment": {"PATH": "/tmp/a:$PATH"}})
	not "persistence.search" in testing.shell({"environment": {"PATH": "/workspace/bin:$PATH"}})
}

test_a_relative_search_path_is_asked_about if {
	"persistence.search_here" in testing.shell({"environment": {"PATH": ".:$PATH"}})
	not "persistence.search_here" in testing.shell({"environment": {"PATH": "$PATH:/a"}})
}

test_a_loader_variable_is_asked_about if {
	"persistence.loader" in testing.shell({"environment": {"LD_PRELOAD": "/a"}})
	not "persistence.loader" in testing.shell({"environment": {"PATH": "/a"}})
}
