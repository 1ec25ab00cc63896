package callwarden.rules.destructive_test

import data.callwarden.testing_test as testing

test_the_system_is_not_deleted if {
	"destructive.wipe" in testing.file({"access": "delete", "root": "system", "path": "/etc"})
	not "destructive.wipe" in testing.file({"access": "delete"})
}

test_the_whole_workspace_is_asked_about if {
	"destructive.mass" in testing.file({"access": "delete", "path": "/workspace"})
	not "destructive.mass" in testing.file({"access": "delete", "path": "/workspace/build"})
}

test_all_in_the_workspace_is_asked_about if "destructive.mass" in testing.file({"access": "delete", "path": "/workspace/*"})

test_the_history_is_asked_about if "destructive.mass" in testing.file({"access": "delete", "path": "/workspace/.git"})

test_an_operation_is_asked_about if {
	"destructive.operation" in testing.shell({"program": "git", "operands": ["push"], "args": ["push", "--force"]})
	not "destructive.operation" in testing.shell({"program": "git", "operands": ["push"]})
}

test_a_wipe_is_denied if {
	"destructive.forbidden_operation" in testing.shell({"program": "mkfs.ext4"})
	not "destructive.forbidden_operation" in testing.shell({"program": "git"})
}

test_an_action_is_asked_about if {
	"destructive.action" in testing.shell({"actions": ["destroy"]})
	not "destructive.action" in testing.shell({"actions": []})
}

test_a_whole_home_is_denied if {
	"destructive.home" in testing.file({"path": "/home/agent", "root": "home", "access": "delete"})
	"destructive.home" in testing.file({"path": "/home/agent/*", "root": "home", "access": "delete"})
	not "destructive.home" in testing.file({"path": "/home/agent/.cache/x", "root": "home", "access": "delete"})
}

test_moving_the_workspace_away_is_asked_about if {
	"destructive.moved_away" in testing.file({"path": "/workspace", "access": "move"})
	not "destructive.moved_away" in testing.file({"path": "/workspace/*", "access": "move"})
	"destructive.moved_away" in testing.rules(testing.document("shell", {"paths": [
		{"path": "/workspace/*", "access": "move", "command": 0},
		{"path": "/tmp/x", "access": "write", "root": "temporary", "command": 0},
	]}))
}
