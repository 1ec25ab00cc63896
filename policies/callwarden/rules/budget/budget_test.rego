package callwarden.rules.budget_test

import data.callwarden.testing_test as testing

test_a_spent_budget_is_denied if {
	"budget.spent" in testing.rules(object.union(testing.document("shell", {"commands": [{}]}), {"session": {"profile": "rl-training"}, "state": {"counters": {"calls": 20001}}}))
	not "budget.spent" in testing.rules(object.union(testing.document("shell", {"commands": [{}]}), {"session": {"profile": "rl-training"}, "state": {"counters": {"calls": 1}}}))
}
