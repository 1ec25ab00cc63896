# METADATA
# title: Budgets
# description: |
#   How much one session may do.
package callwarden.rules.budget

import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: A budget is spent
# description: |
#   A session that has done more than its profile lets do.
# custom:
#   rule: budget.spent
#   effect: deny
#   severity: medium
#   help: >-
#     Start a new session. The budgets stand under `budgets` of the profile; a person may add it, the agent may not.
#   tags: [attack.T1499]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some name, most in settings.profile.budgets
	spent := input.state.counters[name]
	spent > most
	part := "call"
	reason := sprintf("the budget of %d %s is spent", [most, name])
}
