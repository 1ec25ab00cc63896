package callwarden.access_test

import data.callwarden.access

test_streams_are_no_files if {
	every path in ["/dev/null", "/dev/fd/3", "/proc/self/fd/1"] { access.stream(path) }
	not access.stream("/dev/sda")
}

test_an_access_reads_or_writes if {
	object.keys(access.reads) & object.keys(access.writes) == set()
}

test_nothing_is_known_of_a_file_without_root if {
	access.nowhere({"known": false, "root": ""})
	not access.nowhere({"known": true, "root": ""})
	not access.nowhere({"known": false, "root": "workspace"})
}

test_places_and_paths_have_words if {
	access.place("") == "rest of the machine"
	access.place("workspace") == "workspace"
	access.shown("") == "a file that can't be known"
	access.shown("/a") == "/a"
}

test_a_file_of_the_runner_is_known_by_its_variable if {
	every written in ["$GITHUB_OUTPUT", `"${GITHUB_ENV}"`] { access.given(written) }
	not access.given("$OUT")
	not access.given("$GITHUB_ENV/../x")
}
