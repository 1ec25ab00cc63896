package callwarden.rules.mining_test

import data.callwarden.testing_test as testing

test_a_name_that_says_mining_is_denied if {
	every name in ["pool.newxmr.example", "monero-eu.example", "stratum.example.org"] {
		"mining.name" in testing.host({"name": name})
	}
}

test_a_name_that_sounds_like_it_is_not if {
	every name in ["pool.ntp.org", "datamining.example.org", "examiner.example", "hyperstratum.example"] {
		not "mining.name" in testing.host({"name": name})
	}
}
