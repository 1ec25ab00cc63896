package callwarden.rules.egress_test

import data.callwarden.testing_test as testing

test_an_unknown_host_is_asked_about if {
	"egress.unknown_host" in testing.host({})
	not "egress.unknown_host" in testing.host({"name": "pypi.org"})
}

test_a_host_without_name_is_asked_about if "egress.unknown_host" in testing.host({"name": "", "kind": "unknown"})

test_another_port_is_asked_about if {
	"egress.port" in testing.host({"name": "pypi.org", "port": 22})
	not "egress.port" in testing.host({"name": "pypi.org"})
}

test_metadata_is_denied if {
	"egress.metadata" in testing.host({"kind": "metadata"})
	not "egress.metadata" in testing.host({})
}

test_a_private_network_is_denied if {
	"egress.private" in testing.host({"kind": "private", "name": "10.0.0.1"})
	not "egress.private" in testing.host({"kind": "private", "name": "10.0.0.1", "direction": "listen"})
}

test_a_drop_is_denied if {
	"egress.drop" in testing.host({"classes": ["paste"]})
	not "egress.drop" in testing.host({})
}

_at_the_door(reached) := object.union(testing.document("connect", {"hosts": [reached]}), {"door": "egress"})

test_the_machine_outside_is_denied if {
	own := {"kind": "loopback", "name": "localhost"}
	"egress.own_machine" in testing.rules(_at_the_door(own))
	not "egress.loopback" in testing.rules(_at_the_door(own))
	not "egress.own_machine" in testing.host(own)
}

test_no_address_at_all_is_the_machine_outside if {
	"egress.own_machine" in testing.rules(_at_the_door({"kind": "unspecified", "name": "0.0.0.0"}))
}

test_the_machine_outside_is_reached_where_data_names_it if {
	asked := _at_the_door({"kind": "loopback", "name": "localhost", "port": 8443})
	layer := {"user": {"hosts": {"localhost": {"reason": "the test needs it", "ports": [8443]}}}}
	testing.answer(asked).effect == "allow" with data.callwarden.layers as layer
}

test_what_is_not_http_is_denied if {
	ssh := object.union(testing.document("connect", {"hosts": [{"name": "pypi.org"}]}), {"call": {"application": "ssh"}})
	"egress.protocol" in testing.rules(ssh)
	not "egress.protocol" in testing.host({"name": "pypi.org"})
}
