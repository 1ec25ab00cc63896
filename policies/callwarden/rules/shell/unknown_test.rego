package callwarden.rules.shell_test

import data.callwarden.testing_test as testing

test_an_unlisted_program_is_asked_about if {
	"shell.unknown_program" in testing.shell({"program": "frobnicate"})
	not "shell.unknown_program" in testing.shell({"program": "git"})
}

test_a_program_from_elsewhere_is_asked_about if {
	"shell.unknown_place" in testing.shell({"kind": "path", "program": "git", "location": "temporary"})
	not "shell.unknown_place" in testing.shell({"kind": "path", "program": "git", "location": "system"})
}

test_the_workspace_is_a_known_place if not "shell.unknown_place" in testing.shell({"kind": "path", "location": "workspace"})

test_at_the_process_door_the_system_is_a_known_place if {
	asked := object.union(testing.document("exec", {"commands": [{"kind": "path", "program": "cc1", "location": "system"}]}), {"door": "process"})
	not "shell.unknown_place" in testing.rules(asked)
}
