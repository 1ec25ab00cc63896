# METADATA
# title: Supply
# description: |
#   Where packages come from.
package callwarden.rules.supply

import data.callwarden.access
import data.callwarden.finding
import data.callwarden.operations
import data.callwarden.settings
import data.callwarden.variables

# METADATA
# title: A package from elsewhere
# description: |
#   Another index, a URL or a repository in place of the registry.
# custom:
#   rule: supply.elsewhere
#   effect: escalate
#   severity: medium
#   help: >-
#     Use the registry without the option, or ask a person to add the index to the data of the organisation.
#   tags: [attack.T1195.002]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.install
	command := input.facts.commands[i]
	_elsewhere(command, i)
	part := command.part
	reason := sprintf("`%s` installs from elsewhere than the registry", [command.program])
}

# METADATA
# title: Publishing
# description: |
#   What is published cannot be taken back.
# custom:
#   rule: supply.publish
#   effect: escalate
#   severity: high
#   help: >-
#     A person publishes.
#   tags: [attack.T1195.002]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.publish
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` publishes", [command.program])
}

# METADATA
# title: Another source by a variable
# description: |
#   Variables that change where packages come from.
# custom:
#   rule: supply.variables
#   effect: escalate
#   severity: medium
#   help: >-
#     Use the registry, or ask a person.
#   tags: [attack.T1195.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some command in input.facts.commands
	some name, value in variables.set_by(command)
	regex.match(data.callwarden.org.source_variables[name], value)
	part := command.part
	reason := sprintf("%s changes where packages come from", [name])
}

# METADATA
# title: Another source for packages
# description: |
#   Settings and options that change where packages come from.
# custom:
#   rule: supply.operation
#   effect: escalate
#   severity: medium
#   help: >-
#     Use the registry, or ask a person.
#   tags: [attack.T1195.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "supply"
	done.effect == rule.custom.effect
	not _official(done)
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: Writing where packages come from
# description: |
#   A package manager's settings say which registry answers for a name, for everybody who installs from here.
# custom:
#   rule: supply.source_file
#   effect: escalate
#   severity: medium
#   help: >-
#     Use the registry that is set, or ask a person.
#   tags: [attack.T1195.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in input.facts.paths
	access.writes[file.access]
	not file.access in {"chmod", "delete"}
	regex.match(data.callwarden.org.package_sources, file.path)
	part := file.part
	reason := sprintf("%s says where packages come from", [file.path])
}

_elsewhere(_, i) if {
	some host in input.facts.hosts
	host.command == i
	not settings.host(host.name)
	host.kind != "loopback"
}

_elsewhere(command, _) if {
	some operand in command.operands
	regex.match(`^(git\+|https?:|ssh:|git:|file:|[a-z-]+@git\+)`, operand)
	not _from_listed(operand)
}

_from_listed(operand) if {
	match := regex.find_all_string_submatch_n(`^(?:[a-z-]+@)?(?:git\+)?https?://([a-z0-9.-]+)(?:[/:]|$)`, operand, 1)
	settings.host(match[0][1])
}

# Another index of packages that the organisation lists among those is no other source.
_official(done) if {
	done.index
	hosts := [host | some host in input.facts.hosts; sprintf("commands/%d", [host.command]) == done.part]
	hosts != []
	every host in hosts { data.callwarden.org.hosts[host.name].group == "packages" }
	every command in input.facts.commands { not "--trusted-host" in command.args }
}
