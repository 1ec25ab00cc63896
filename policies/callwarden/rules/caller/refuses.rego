package callwarden.rules.caller

import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: A program, or a use of it, that the profile refuses
# description: |
#   What other profiles allow and this one does not, by program and by the word that names the use (`*`: any).
# custom:
#   rule: caller.refuses
#   effect: deny
#   severity: medium
#   help: >-
#     Do it without. What a profile refuses stands under its `refuses`; a person may change it, the agent may not.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some program, uses in settings.profile.refuses
	some i in input.facts.index.programs[program]
	command := input.facts.commands[i]
	some word in array.concat(["*"], command.operands)
	part := command.part
	reason := sprintf("this profile refuses `%s`: %s", [program, uses[word]])
}
