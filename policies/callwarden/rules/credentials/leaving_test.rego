package callwarden.rules.credentials_test

import data.callwarden.testing_test as testing

test_a_secret_in_a_command_is_asked_about if {
	"credentials.in_command" in testing.rules(testing.document("shell", {"credentials": [{"kind": "k", "place": "command"}]}))
	not "credentials.in_command" in testing.rules(testing.document("shell", {"credentials": [{"kind": "k", "place": "content"}]}))
}

test_a_secret_does_not_leave if {
	"credentials.exfiltration" in testing.rules(testing.document("shell", {"paths": [{"classes": ["secret"]}], "hosts": [{}]}))
	not "credentials.exfiltration" in testing.rules(testing.document("shell", {"paths": [{"classes": ["secret"]}], "hosts": [{"name": "pypi.org"}]}))
}

test_a_given_secret_does_not_leave if "credentials.exfiltration" in testing.rules(testing.document("shell", {"credentials": [{"kind": "k", "place": "command"}], "hosts": [{}]}))

test_a_body_holds_no_secret if {
	"credentials.in_request" in testing.rules(testing.document("http", {"credentials": [{"kind": "k", "place": "body"}], "hosts": [{"name": "pypi.org"}]}))
	not "credentials.in_request" in testing.rules(testing.document("http", {"credentials": [{"kind": "k", "place": "header"}], "hosts": [{"name": "pypi.org"}]}))
}

test_a_header_is_for_a_known_host if "credentials.in_request" in testing.rules(testing.document("http", {"credentials": [{"kind": "k", "place": "header"}], "hosts": [{}]}))

test_a_secret_does_not_leave_in_a_name if {
	secret := {"paths": [{"classes": ["secret"]}], "opaque": [{"place": "host"}]}
	"credentials.exfiltration_unknown" in testing.rules(testing.document("shell", secret))
	not "credentials.exfiltration_unknown" in testing.rules(testing.document("shell", {"opaque": [{"place": "host"}]}))
}

test_accounts_do_not_leave if {
	accounts := {"paths": [{"root": "system", "path": "/etc/passwd"}], "hosts": [{}]}
	"credentials.exfiltration" in testing.rules(testing.document("shell", accounts))
}

test_a_store_that_is_mentioned_is_asked_about if {
	"credentials.mentioned" in testing.shell({"program": "mypy", "args": ["/root/.ssh/id_ed25519"]})
	not "credentials.mentioned" in testing.shell({"program": "grep", "args": ["/root/.ssh/id_ed25519"]})
	not "credentials.mentioned" in testing.shell({"program": "mypy", "args": ["src"]})
}

test_a_store_that_is_a_known_file_is_judged_as_one if {
	known := {
		"commands": [{"program": "chmod", "args": ["~/.ssh/config"]}],
		"paths": [{"classes": ["secret"], "command": 0}],
	}
	not "credentials.mentioned" in testing.rules(testing.document("shell", known))
}
