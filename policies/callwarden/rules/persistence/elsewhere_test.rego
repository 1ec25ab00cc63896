package callwarden.rules.persistence_test

import data.callwarden.testing_test as testing

test_a_pipeline_is_asked_about if {
	"persistence.pipeline" in testing.file({"path": "/workspace/.github/workflows/ci.yml", "access": "write"})
	not "persistence.pipeline" in testing.file({"path": "/workspace/.github/workflows/ci.yml"})
	not "persistence.pipeline" in testing.file({"path": "/workspace/ci.yml", "access": "write"})
}

_run(program, root) := testing.rules(testing.document("shell", {
	"commands": [{"program": program}],
	"paths": [{"access": "execute", "root": root, "command": 0}],
}))

test_a_script_of_a_temporary_folder_is_asked_about if {
	"persistence.run_temporary" in _run("sh", "temporary")
	not "persistence.run_temporary" in _run("sh", "workspace")
	not "persistence.run_temporary" in _run("python3", "temporary")
}
