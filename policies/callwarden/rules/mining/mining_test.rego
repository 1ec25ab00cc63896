package callwarden.rules.mining_test

import data.callwarden.testing_test as testing

test_a_miner_is_denied if {
	"mining.action" in testing.shell({"actions": ["mine"]})
	not "mining.action" in testing.shell({"actions": []})
}

test_a_mining_program_is_denied if {
	"mining.program" in testing.shell({"program": "xmrig"})
	not "mining.program" in testing.shell({"program": "xmrigs"})
}

test_a_pool_is_denied if {
	"mining.pool" in testing.host({"classes": ["mining_pool"]})
	not "mining.pool" in testing.host({})
}

test_a_mining_protocol_is_denied if {
	"mining.protocol" in testing.host({"scheme": "stratum+tcp"})
	not "mining.protocol" in testing.host({"scheme": "tcp"})
}

test_an_argument_of_miners_is_denied if {
	"mining.argument" in testing.shell({"args": ["-o", "stratum+tcp://a:1"]})
	not "mining.argument" in testing.shell({"args": ["-o", "https://a"]})
}
