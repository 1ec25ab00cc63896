package callwarden.rules.files_test

import data.callwarden.testing_test as testing

test_the_workspace_is_read if {
	"files.read" in testing.file({})
	not "files.read" in testing.file({"root": "mounted"})
}

test_the_workspace_is_written if {
	"files.write" in testing.file({"access": "write"})
	not "files.write" in testing.file({"access": "write", "root": "system"})
}

test_a_stream_is_no_file if {
	"files.stream" in testing.file({"path": "/dev/null", "root": "device", "access": "write"})
	not "files.stream" in testing.file({"path": "/dev/sda"})
}

test_names_are_seen_where_the_profile_says if "files.read" in testing.file({"root": "mounted", "access": "list"})

test_a_file_of_the_runner_is_given if {
	"files.given" in testing.file({"written": "$GITHUB_ENV"})
	not "files.given" in testing.file({})
}

test_an_unknown_file_is_read if {
	"files.unknown_read" in testing.file({"known": false, "root": "", "path": ""})
	not "files.unknown_read" in testing.file({"known": true, "root": ""})
}
