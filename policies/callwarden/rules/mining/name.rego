package callwarden.rules.mining

import data.callwarden.finding

# METADATA
# title: A name that says mining
# description: |
#   Pools come and go faster than lists; most say in their name what they mine, or with what.
# custom:
#   rule: mining.name
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed. If the name only sounds like it, a person may take the word out of `mining_names`.
#   tags: [attack.T1496]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some host in input.facts.hosts
	regex.match(data.callwarden.org.mining_names, host.name)
	part := host.part
	reason := sprintf("%s is named for mining", [host.name])
}
