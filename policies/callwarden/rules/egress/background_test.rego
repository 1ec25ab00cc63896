package callwarden.rules.egress_test

import data.callwarden.testing_test as testing

_asking(command, host) := testing.rules(testing.document("shell", {
	"commands": [object.union({"program": "curl"}, command)],
	"hosts": [object.union({"command": 0}, host)],
}))

test_a_request_that_outlives_its_call_is_denied if {
	"egress.background" in _asking({"background": true}, {})
	not "egress.background" in _asking({"background": false}, {})
	not "egress.background" in _asking({"background": true}, {"name": "pypi.org"})
	not "egress.background" in _asking({"background": true}, {"kind": "loopback"})
}
