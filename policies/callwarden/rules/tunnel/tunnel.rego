# METADATA
# title: Tunnels
# description: |
#   A way in or out that nobody sees through. Denied, never asked about.
package callwarden.rules.tunnel

import data.callwarden.finding
import data.callwarden.operations

# METADATA
# title: A tunnel or port forward
# description: |
#   A port forward, proxy or overlay network carries anything anywhere past the egress door.
# custom:
#   rule: tunnel.forward
#   effect: deny
#   severity: critical
#   help: >-
#     Reach the service itself, through an allowed host. A tunnel is never allowed; ask a person to make the service
#     reachable.
#   tags: [attack.T1572, attack.T1090]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.tunnel
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` opens a tunnel or forwards a port", [command.program])
}

# METADATA
# title: A reverse tunnel
# description: |
#   A reverse tunnel lets somebody outside reach in, past every firewall.
# custom:
#   rule: tunnel.reverse
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed. Ask a person if something inside must be reached from outside.
#   tags: [attack.T1572]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.reverse_tunnel
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` opens a reverse tunnel, through which somebody outside can reach in", [command.program])
}

# METADATA
# title: A reverse or bound shell
# description: |
#   A shell whose keyboard is a socket: whoever holds the other end holds this machine.
# custom:
#   rule: tunnel.reverse_shell
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed. Run the commands themselves, one call each.
#   tags: [attack.T1059.004]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.reverse_shell
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` hands a shell to a socket", [command.program])
}

# METADATA
# title: A program made for tunnels
# description: |
#   Some programs have no other use than to carry traffic past a border.
# custom:
#   rule: tunnel.program
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed. Reach the service itself, through an allowed host.
#   tags: [attack.T1572]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some program, positions in input.facts.index.programs
	why := data.callwarden.org.forbidden_programs.tunnel[program]
	some i in positions
	part := input.facts.commands[i].part
	reason := sprintf("`%s` is a tunnel: %s", [program, why.reason])
}

# METADATA
# title: A tunnel by way of an ordinary program
# description: |
#   Options and subcommands of ordinary programs that open a way in or out.
# custom:
#   rule: tunnel.operation
#   effect: deny
#   severity: critical
#   help: >-
#     Leave the option out. Reach the service itself, through an allowed host.
#   tags: [attack.T1572]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "tunnel"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: A way in or out that may be honest
# description: |
#   Forwards and bare connections that work sometimes needs.
# custom:
#   rule: tunnel.ask_operation
#   effect: escalate
#   severity: high
#   help: >-
#     Reach the service itself, through an allowed host, or ask a person.
#   tags: [attack.T1572]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "tunnel"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: A tunnel service
# description: |
#   Names that tunnel services are reached by.
# custom:
#   rule: tunnel.service
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed. Reach the service itself, through an allowed host.
#   tags: [attack.T1572, attack.T1102]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.host_classes.tunnel_service
	host := input.facts.hosts[i]
	part := host.part
	reason := sprintf("%s belongs to a tunnel service", [host.name])
}
