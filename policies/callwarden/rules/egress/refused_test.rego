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
