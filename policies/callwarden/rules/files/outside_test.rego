package callwarden.rules.files_test

import data.callwarden.testing_test as testing

test_reading_outside_is_asked_about if {
	"files.read_outside" in testing.file({"root": "mounted"})
	not "files.read_outside" in testing.file({"root": "system"})
}

test_writing_outside_is_asked_about if {
	"files.write_outside" in testing.file({"root": "home", "access": "write"})
	not "files.write_outside" in testing.file({"access": "write"})
}

test_looking_is_allowed_where_the_profile_says if not "files.read_outside" in testing.file({"root": "mounted", "access": "list"})

test_a_file_of_the_runner_is_written if not "files.write_outside" in testing.file({"root": "", "access": "append", "known": false, "path": "", "written": "$GITHUB_ENV"})

test_a_name_that_is_an_option_is_asked_about if {
	"files.option_name" in testing.file({"path": "/workspace/--checkpoint-action=exec=x", "access": "create"})
	not "files.option_name" in testing.file({"path": "/workspace/a-b=c", "access": "create"})
}

test_climbing_out_is_asked_about if {
	"files.climbs" in testing.file({"written": "../../../etc/x", "root": "system"})
	not "files.climbs" in testing.file({"written": "../a", "root": "workspace"})
}
