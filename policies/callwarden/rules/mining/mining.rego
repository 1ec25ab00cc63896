# METADATA
# title: Mining
# description: |
#   Computing for somebody else, with electricity and hardware that are not the agent's. Denied, never asked about.
package callwarden.rules.mining

import data.callwarden.finding

# METADATA
# title: A miner
# description: |
#   Options or operands that make a program mine.
# custom:
#   rule: mining.action
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1496]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.mine
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` mines cryptocurrency", [command.program])
}

# METADATA
# title: A mining program
# description: |
#   Programs that have no other use than mining.
# custom:
#   rule: mining.program
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1496]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some program, positions in input.facts.index.programs
	why := data.callwarden.org.forbidden_programs.mining[program]
	some i in positions
	part := input.facts.commands[i].part
	reason := sprintf("`%s` is a miner: %s", [program, why.reason])
}

# METADATA
# title: A mining pool
# description: |
#   Names that mining pools are reached by.
# custom:
#   rule: mining.pool
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1496]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.host_classes.mining_pool
	host := input.facts.hosts[i]
	part := host.part
	reason := sprintf("%s is a mining pool", [host.name])
}

# METADATA
# title: A mining protocol
# description: |
#   stratum is what miners and pools speak; nothing else does.
# custom:
#   rule: mining.protocol
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1496]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some host in input.facts.hosts
	startswith(host.scheme, "stratum")
	part := host.part
	reason := sprintf("%s is asked for work over %s, the protocol of mining pools", [host.name, host.scheme])
}

# METADATA
# title: An argument only miners take
# description: |
#   A renamed miner still has to be told its pool and its algorithm.
# custom:
#   rule: mining.argument
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1496]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	some argument in command.args
	regex.match(data.callwarden.org.mining_arguments, argument)
	part := command.part
	reason := sprintf("`%s` is given %q, which only miners take", [command.program, substring(argument, 0, 40)])
}
