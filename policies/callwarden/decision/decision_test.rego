package callwarden.decision_test

import data.callwarden.decision
import data.callwarden.testing_test as testing

_listing := testing.document("shell", {"commands": [{}]})

test_an_ordinary_command_is_allowed if {
	decision.answer.effect == "allow" with input as _listing
}

test_the_revision_is_the_bundles if {
	decision.answer.revision == data.callwarden.bundle.revision with input as _listing
}

test_without_a_revision_it_is_empty if {
	decision.answer.revision == "" with input as _listing with data.callwarden.bundle as {}
}

test_an_ordinary_command_does_not_allow_another if {
	asked := testing.document("shell", {"commands": [{}, {"program": "frobnicate"}]})
	decision.answer.effect == "escalate" with input as asked
}

test_the_strictest_wins if {
	asked := testing.document("shell", {"commands": [{"program": "frobnicate"}, {"actions": ["tunnel"]}]})
	decision.answer.effect == "deny" with input as asked
}

test_what_no_rule_speaks_about_is_refused if {
	asked := object.union(_listing, {"facts": {"parts": ["commands/0", "commands/1"]}})
	answer := decision.answer with input as asked
	answer.effect == "deny"
	some found in answer.findings
	found.rule == "gate.uncovered"
	found.part == "commands/1"
}

test_nothing_found_is_deny if decision.answer.effect == "deny" with input as {}

test_no_parts_are_the_call_itself if {
	asked := object.union(_listing, {"facts": {"parts": [], "commands": []}})
	decision.answer.effect == "deny" with input as asked
}

_layers := {"user": {"rules": {"own": {"findings": {
	{"rule": "own.no", "effect": "escalate", "part": "call", "reason": "no", "help": "", "severity": "low", "tags": []},
	{"rule": "own.yes", "effect": "allow", "part": "commands/0", "reason": "yes", "help": "", "severity": "info", "tags": []},
}}}}}

test_a_layer_tightens if {
	decision.answer.effect == "escalate" with input as _listing with data.callwarden.layers as _layers
}

test_a_layer_does_not_loosen if {
	asked := testing.document("shell", {"commands": [{"program": "frobnicate"}]})
	answer := decision.answer with input as asked with data.callwarden.layers as _layers
	not "own.yes" in {found.rule | some found in answer.findings}
}

test_a_team_tightens_its_own_sessions if {
	asked := object.union(_listing, {"session": {"team": "a"}})
	teams := {"a": {"rules": _layers.user.rules}}
	decision.answer.effect == "escalate" with input as asked with data.callwarden.teams as teams
	decision.answer.effect == "allow" with input as _listing with data.callwarden.teams as teams
}
