package callwarden.finding_test

import data.callwarden.finding

test_a_finding_says_what_its_rule_says if {
	rule := {"custom": {"rule": "a.b", "effect": "deny", "help": "do", "severity": "low", "tags": ["t"]}}
	finding.about(rule, "call", "why") == {
		"rule": "a.b", "effect": "deny", "part": "call", "reason": "why", "help": "do", "severity": "low", "tags": ["t"],
	}
}
