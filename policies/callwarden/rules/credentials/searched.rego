package callwarden.rules.credentials

import data.callwarden.finding

# METADATA
# title: Looking for keys outside of the work
# description: |
#   A search by the names of keys and stores, anywhere but in the workspace.
# custom:
#   rule: credentials.looked_for
#   effect: escalate
#   severity: high
#   help: >-
#     Search the workspace, or ask a person for what the task needs.
#   tags: [attack.T1552.004, attack.T1083]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some program, positions in input.facts.index.programs
	data.callwarden.org.finders[program]
	some i in positions
	command := input.facts.commands[i]
	_looks_for_keys(command, i)
	_elsewhere(i)
	part := command.part
	reason := sprintf("`%s` looks for keys outside of the workspace", [program])
}

# METADATA
# title: Picking secrets out of what is printed
# description: |
#   Logs, environments and old revisions have secrets in them; a filter for the words that stand beside them finds those.
# custom:
#   rule: credentials.searched
#   effect: escalate
#   severity: medium
#   help: >-
#     Filter for the error that you look for, or ask a person.
#   tags: [attack.T1552]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some program in {"grep", "egrep", "rg", "awk", "sed", "ag"}
	some i in input.facts.index.programs[program]
	command := input.facts.commands[i]
	some argument in command.args
	regex.match(data.callwarden.org.secret_words, argument)
	some source in command.fed_by
	_tells(input.facts.commands[source])
	part := command.part
	reason := sprintf("picks secrets out of what `%s` prints", [input.facts.commands[source].program])
}

_looks_for_keys(command, _) if {
	some argument in command.args
	regex.match(data.callwarden.org.key_names, argument)
}

_looks_for_keys(_, i) if {
	some p in input.facts.index.path_classes.secret
	input.facts.paths[p].command == i
}

_elsewhere(i) if {
	some file in input.facts.paths
	file.command == i
	not file.root in {"workspace", "temporary"}
}

_elsewhere(i) if input.facts.commands[i].program in {"locate", "plocate", "mlocate", "mdfind"}

_tells(source) if {
	data.callwarden.org.tellers[source.program]
	not source.program in {"docker", "podman", "nerdctl", "kubectl", "crictl", "oc", "heroku"}
}

_tells(source) if {
	data.callwarden.org.tellers[source.program]
	some operand in source.operands
	operand in {"logs", "log", "inspect", "env", "config", "exec", "get", "describe"}
}

_tells(source) if {
	source.program == "git"
	some operand in source.operands
	operand in {"log", "show", "stash", "reflog"}
	some argument in source.args
	argument in {"-p", "--patch", "-u", "--all"}
}
