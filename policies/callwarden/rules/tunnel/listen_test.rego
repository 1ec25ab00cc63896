package callwarden.rules.tunnel_test

import data.callwarden.testing_test as testing

test_listening_for_others_is_asked_about if {
	"tunnel.listen" in testing.host({"direction": "listen", "kind": "unspecified", "name": ""})
	not "tunnel.listen" in testing.host({"direction": "listen", "kind": "loopback", "name": "127.0.0.1"})
}

test_a_named_address_is_named if "tunnel.listen" in testing.host({"direction": "listen", "kind": "private", "name": "10.0.0.1"})
