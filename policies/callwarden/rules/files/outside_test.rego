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

test_climbing_out_is_asked_about if {
	"files.climbs" in testing.file({"written": "../../../etc/x", "root": "system"})
	not "files.climbs" in testing.file({"written": "../a", "root": "workspace"})
}
