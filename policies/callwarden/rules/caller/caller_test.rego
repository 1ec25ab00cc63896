package callwarden.rules.caller_test

import data.callwarden.testing_test as testing

test_an_unknown_profile_is_denied if {
	"caller.profile" in testing.rules(object.union(testing.document("shell", {"commands": [{}]}), {"session": {"profile": "none"}, "door": "tool"}))
	not "caller.profile" in testing.rules(object.union(testing.document("shell", {"commands": [{}]}), {"session": {}, "door": "tool"}))
}

test_an_unknown_team_is_denied if {
	"caller.team" in testing.rules(object.union(testing.document("shell", {"commands": [{}]}), {"session": {"team": "none"}, "door": "tool"}))
	not "caller.team" in testing.rules(object.union(testing.document("shell", {"commands": [{}]}), {"session": {}, "door": "tool"}))
}

test_a_known_team_is_not if {
	asked := object.union(testing.document("shell", {"commands": [{}]}), {"session": {"team": "a"}, "door": "tool"})
	answer := data.callwarden.decision.answer with input as asked with data.callwarden.teams as {"a": {}}
	answer.effect == "allow"
}

test_another_phase_is_denied if {
	asked := object.union(testing.document("shell", {"commands": [{}]}), {"session": {"phase": "late"}, "door": "tool"})
	answer := data.callwarden.decision.answer with input as asked with data.callwarden.profiles.coding.phases as {"early": true}
	answer.effect == "deny"
}

test_a_cause_may_be_needed if {
	"caller.cause" in testing.rules(object.union(testing.document("shell", {"commands": [{}]}), {"session": {"profile": "rl-training"}, "door": "process"}))
	not "caller.cause" in testing.rules(object.union(testing.document("shell", {"commands": [{}]}), {"session": {}, "door": "process"}))
}

test_malformed_data_is_denied if {
	answer := data.callwarden.decision.answer with input as object.union(testing.document("shell", {"commands": [{}]}), {"session": {}, "door": "tool"}) with data.callwarden.profiles.coding.read as []
	answer.effect == "deny"
	some found in answer.findings
	found.rule == "caller.malformed_data"
}
