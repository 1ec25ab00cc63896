# METADATA
# title: The decision
# description: |
#   Collects what every rule found. The strictest wins, a part that no rule speaks about is refused, and so is a call
#   about which nothing was found at all. Nothing is registered: a folder of rules is a family.
package callwarden.decision

import data.callwarden.finding

# METADATA
# title: The one entrypoint
# entrypoint: true
answer := {
	"effect": _effect({found.effect | some found in _all}),
	"findings": [found | some found in _all],
	"revision": _revision,
}

_all := _found | _uncovered

_found contains found if some found in data.callwarden.rules[_].findings

# A person's own layers and a team may tighten, never loosen.
_found contains found if {
	some found in data.callwarden.layers[_].rules[_].findings
	found.effect in {"deny", "escalate"}
}

_found contains found if {
	some found in data.callwarden.teams[input.session.team].rules[_].findings
	found.effect in {"deny", "escalate"}
}

_covered contains found.part if some found in _found

_parts contains part if some part in input.facts.parts

_parts contains "call" if count(input.facts.parts) == 0

# METADATA
# title: A part that no rule allows
# description: Allowed means that every part is allowed. What no rule speaks about is refused.
# custom:
#   rule: gate.uncovered
#   effect: deny
#   severity: high
#   help: No rule knows this. Ask the person who keeps the policies for a rule or a data entry that covers it.
#   tags: []
_uncovered contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some part in (_parts - _covered)
	reason := sprintf("no rule allows %s, and what no rule allows is refused", [part])
}

default _effect(_) := "deny"

_effect(effects) := "escalate" if {
	"escalate" in effects
	not "deny" in effects
}

_effect(effects) := "allow" if effects == {"allow"}

default _revision := ""

_revision := data.callwarden.bundle.revision
