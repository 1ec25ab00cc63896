package callwarden.rules.egress_test

import data.callwarden.testing_test as testing

test_a_listed_host_is_allowed if {
	"egress.listed" in testing.host({"name": "pypi.org"})
	not "egress.listed" in testing.host({"name": "pypi.org", "port": 22})
}

test_loopback_is_allowed if {
	"egress.loopback" in testing.host({"kind": "loopback"})
	not "egress.loopback" in testing.host({})
}

test_a_file_by_an_address_is_asked_about if {
	"egress.file_url" in testing.rules(testing.document("shell", {"commands": [{"program": "curl"}], "hosts": [{"scheme": "file", "command": 0}]}))
	not "egress.file_url" in testing.rules(testing.document("shell", {"commands": [{"program": "git"}], "hosts": [{"scheme": "file", "command": 0}]}))
}

test_a_request_whose_hosts_are_allowed_is_allowed if {
	asked := object.union(testing.document("http", {"hosts": [{"name": "pypi.org"}]}), {"facts": {"parts": ["call", "hosts/0"]}})
	"egress.no_host" in testing.rules(asked)
	testing.answer(asked).effect == "allow"
}
