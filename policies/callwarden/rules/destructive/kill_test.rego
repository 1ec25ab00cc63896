package callwarden.rules.destructive_test

import data.callwarden.testing_test as testing

_told(commands) := testing.rules(testing.document("shell", {"commands": commands}))

_kill(args, unknown) := {"program": "kill", "kind": "builtin", "actions": ["kill"], "args": args, "unknown_args": unknown}

test_what_a_search_found_is_asked_about if {
	"destructive.kill_found" in _told([{"program": "pgrep"}, _kill(["$(pgrep nginx)"], [0])])
	not "destructive.kill_found" in _told([_kill(["$(cat a.pid)"], [0])])
	not "destructive.kill_found" in _told([{"program": "ps"}, _kill(["$!"], [])])
}

test_everything_of_a_name_is_asked_about if {
	"destructive.kill_named" in _told([{"program": "pkill", "args": ["nginx"]}])
	"destructive.kill_named" in _told([{"program": "pkill", "args": ["-f", "."], "options": {"-f": [""]}}])
	not "destructive.kill_named" in _told([{"program": "pkill", "args": ["-f", "app/server.py"], "options": {"-f": [""]}}])
	not "destructive.kill_named" in _told([{"program": "redis-server"}, {"program": "pkill", "args": ["redis-server"]}])
	not "destructive.kill_named" in _told([{"program": "pkill", "args": ["-0", "nginx"]}])
}

test_the_first_process_and_all_are_asked_about if {
	"destructive.kill_all" in _told([_kill(["-9", "1"], [])])
	"destructive.kill_all" in _told([_kill(["-9", "-1"], [])])
	not "destructive.kill_all" in _told([_kill(["-1"], [])])
	not "destructive.kill_all" in _told([_kill(["-0", "1"], [])])
	not "destructive.kill_all" in _told([_kill(["-9", "4711"], [])])
}
