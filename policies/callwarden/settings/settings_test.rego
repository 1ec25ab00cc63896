package callwarden.settings_test

import data.callwarden.settings
import data.callwarden.testing_test as testing

_asked := testing.document("shell", {"commands": [{}]})

_reason := {"reason": "the test needs it"}

test_a_listed_program_may_start if settings.program("git") with input as _asked

test_an_unlisted_program_may_not if not settings.program("frobnicate") with input as _asked

test_each_layer_may_add_a_program if {
	every layer in ["user", "project"] {
		settings.program("frobnicate") with input as _asked
			with data.callwarden.layers as {layer: {"programs": {"frobnicate": _reason}}}
	}
}

test_a_team_may_add_a_program_for_its_own if {
	teams := {"a": {"programs": {"frobnicate": _reason}}}
	settings.program("frobnicate") with input as object.union(_asked, {"session": {"team": "a"}})
		with data.callwarden.teams as teams
	not settings.program("frobnicate") with input as _asked with data.callwarden.teams as teams
}

test_nobody_adds_what_stands_above_the_ceiling if {
	not settings.program("ngrok") with input as _asked
		with data.callwarden.layers as {"user": {"programs": {"ngrok": _reason}}}
}

test_each_layer_may_take_a_program_away if {
	every layer in ["user", "project"] {
		not settings.program("git") with input as _asked
			with data.callwarden.layers as {layer: {"removed": {"programs": {"git": _reason}}}}
	}
	not settings.program("git") with input as object.union(_asked, {"session": {"team": "a"}})
		with data.callwarden.teams as {"a": {"removed": {"programs": {"git": _reason}}}}
}

test_a_listed_host_may_be_reached if settings.host("pypi.org") with input as _asked

test_a_host_below_a_listed_domain_may_be_reached if {
	settings.host("some.readthedocs.io") with input as _asked
	not settings.host("readthedocs.io.example.org") with input as _asked
}

test_each_layer_may_add_a_host if {
	every layer in ["user", "project"] {
		settings.host("mirror.example") with input as _asked
			with data.callwarden.layers as {layer: {"hosts": {"mirror.example": _reason}}}
	}
	settings.host("mirror.example") with input as object.union(_asked, {"session": {"team": "a"}})
		with data.callwarden.teams as {"a": {"hosts": {"mirror.example": _reason}}}
}

test_a_profile_may_forbid_adding_hosts if {
	not settings.host("mirror.example") with input as object.union(_asked, {"session": {"profile": "rl-training"}})
		with data.callwarden.layers as {"user": {"hosts": {"mirror.example": _reason}}}
}

test_each_layer_may_take_a_host_away if {
	every layer in ["user", "project"] {
		not settings.host("pypi.org") with input as _asked
			with data.callwarden.layers as {layer: {"removed": {"hosts": {"pypi.org": _reason}}}}
	}
	not settings.host("pypi.org") with input as object.union(_asked, {"session": {"team": "a"}})
		with data.callwarden.teams as {"a": {"removed": {"hosts": {"pypi.org": _reason}}}}
}

test_an_agent_reaches_its_own_model if {
	settings.host("api.anthropic.com") with input as object.union(_asked, {"session": {"agent": "claude-code"}})
	not settings.host("api.anthropic.com") with input as _asked
}

test_a_host_is_reached_on_the_ports_of_the_profile if {
	settings.port("pypi.org", 443) with input as _asked
	not settings.port("pypi.org", 8443) with input as _asked
}

test_an_entry_may_list_ports_of_its_own if {
	listed := {"hosts": {"mirror.example": {"reason": "the test needs it", "ports": [8443]}}}
	every layer in ["user", "project"] {
		settings.port("mirror.example", 8443) with input as _asked with data.callwarden.layers as {layer: listed}
	}
	settings.port("mirror.example", 8443) with input as object.union(_asked, {"session": {"team": "a"}})
		with data.callwarden.teams as {"a": listed}
	not settings.port("mirror.example", 8444) with input as _asked with data.callwarden.layers as {"user": listed}
	not settings.port("pypi.org", 8443) with input as _asked with data.callwarden.layers as {"user": listed}
}

test_an_entry_that_has_ended_opens_no_port if {
	ended := {"reason": "the test needs it", "until": "2020-01-01T00:00:00Z", "ports": [8443]}
	not settings.port("mirror.example", 8443) with input as _asked
		with data.callwarden.layers as {"user": {"hosts": {"mirror.example": ended}}}
}

test_ports_stand_under_the_ceiling_and_the_profile if {
	listed := {"hosts": {"mirror.example": {"reason": "the test needs it", "ports": [8443]}}}
	not settings.port("mirror.example", 8443) with input as object.union(_asked, {"session": {"profile": "rl-training"}})
		with data.callwarden.layers as {"user": listed}
	metadata := {"hosts": {"169.254.169.254": {"reason": "the test needs it", "ports": [8443]}}}
	not settings.port("169.254.169.254", 8443) with input as _asked with data.callwarden.layers as {"user": metadata}
}

test_the_organisation_lists_ports_too if {
	settings.port("a.example", 8443) with input as _asked
		with data.callwarden.org.hosts as {".example": {"group": "packages", "reason": "the test", "ports": [8443]}}
}
