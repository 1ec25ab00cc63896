# METADATA
# title: Findings
# description: |
#   The one shape of a rule's answer about one part. What a rule is called, how grave it is and what to do about it stand
#   in its METADATA, so that its documentation and its findings cannot differ.
package callwarden.finding

# METADATA
# title: A finding about one part, from a rule's annotations
# scope: document
about(rule, part, reason) := {
	"rule": rule.custom.rule,
	"effect": rule.custom.effect,
	"part": part,
	"reason": reason,
	"help": rule.custom.help,
	"severity": rule.custom.severity,
	"tags": rule.custom.tags,
}
