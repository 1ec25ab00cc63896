package callwarden.rules.credentials_test

import data.callwarden.testing_test as testing

_found(args, root) := testing.rules(testing.document("shell", {
	"commands": [{"program": "find", "args": args}],
	"paths": [{"path": "/x", "root": root, "access": "list", "command": 0}],
}))

test_a_search_for_keys_is_asked_about_outside_of_the_workspace if {
	"credentials.looked_for" in _found(["/", "-name", "id_rsa"], "")
	"credentials.looked_for" in _found(["/home", "-name", "*.pem"], "homes")
	not "credentials.looked_for" in _found([".", "-name", "*.pem"], "workspace")
	not "credentials.looked_for" in _found(["/usr", "-name", "*.h"], "system")
	"credentials.looked_for" in testing.shell({"program": "locate", "args": ["id_rsa"]})
}

test_a_search_in_a_store_is_asked_about if {
	"credentials.looked_for" in testing.rules(testing.document("shell", {
		"commands": [{"program": "find", "args": ["/home/agent/.password-store"]}],
		"paths": [{"root": "home", "access": "list", "classes": ["secret"], "command": 0}],
	}))
}

_piped(source, word) := testing.rules(testing.document("shell", {"commands": [
	source,
	{"program": "grep", "args": ["-i", word], "fed_by": [0]},
]}))

test_secrets_picked_out_of_what_is_printed_are_asked_about if {
	"credentials.searched" in _piped({"program": "journalctl"}, "token")
	"credentials.searched" in _piped({"program": "docker", "operands": ["logs", "web"]}, "password")
	"credentials.searched" in _piped({"program": "git", "operands": ["log"], "args": ["log", "-p"]}, "api_key")
	not "credentials.searched" in _piped({"program": "git", "operands": ["log"]}, "token")
	not "credentials.searched" in _piped({"program": "docker", "operands": ["ps"]}, "token")
	not "credentials.searched" in _piped({"program": "journalctl"}, "error")
	not "credentials.searched" in _piped({"program": "cat"}, "token")
}
