package callwarden.rules.shell_test

import data.callwarden.testing_test as testing

test_a_listed_program_is_ordinary if {
	"shell.ordinary" in testing.shell({"program": "git"})
	not "shell.ordinary" in testing.shell({"program": "frobnicate"})
}

test_a_builtin_is_allowed if {
	"shell.builtin" in testing.shell({"kind": "builtin", "program": "frob"})
	not "shell.builtin" in testing.shell({})
}

test_a_program_of_the_workspace_is_allowed if {
	"shell.workspace_program" in testing.shell({"kind": "path", "path": "./run.sh", "program": "run.sh", "location": "workspace"})
	not "shell.workspace_program" in testing.shell({"kind": "path", "path": "/tmp/run.sh", "program": "run.sh", "location": "temporary"})
}

test_a_listed_program_by_its_path_is_allowed if {
	"shell.listed_path" in testing.shell({"kind": "path", "program": "git", "location": "system"})
	not "shell.listed_path" in testing.shell({"kind": "path", "program": "git", "location": "temporary"})
}

test_nothing_starts_nothing if {
	"shell.nothing" in testing.rules(testing.document("shell", {}))
	not "shell.nothing" in testing.rules(testing.document("shell", {"unparsable": true}))
}
