package callwarden.rules.destructive

import data.callwarden.finding

# METADATA
# title: Stopping processes that were searched for
# description: |
#   What a search for a name or a port finds need not be the agent's own: a service, a guard, another person's work.
# custom:
#   rule: destructive.kill_found
#   effect: escalate
#   severity: medium
#   help: >-
#     Stop what you started by its number: `server & pid=$!; …; kill $pid`, or `kill %1`.
#   tags: [attack.T1489]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.kill
	command := input.facts.commands[i]
	command.program == "kill"
	command.unknown_args != []
	some searcher, _ in input.facts.index.programs
	data.callwarden.org.searchers[searcher]
	part := command.part
	reason := sprintf("stops whatever `%s` finds", [searcher])
}

# METADATA
# title: Stopping processes by name
# description: |
#   Everything of that name is stopped, whoever started it. A pattern over whole command lines is how a server of the
#   workspace is stopped, if it is long enough to say which.
# custom:
#   rule: destructive.kill_named
#   effect: escalate
#   severity: medium
#   help: >-
#     Stop what you started by its number: `server & pid=$!; …; kill $pid`, or `pkill -f path/of/script.py`.
#   tags: [attack.T1489]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some program in {"pkill", "killall", "skill"}
	some i in input.facts.index.programs[program]
	command := input.facts.commands[i]
	not _only_asks(command)
	not _of_a_script(command)
	not _started_here(command)
	part := command.part
	reason := sprintf("`%s` stops everything of that name", [program])
}

# METADATA
# title: Stopping everything, or the first process
# description: |
#   Process 1 holds the others, and -1 means all of them.
# custom:
#   rule: destructive.kill_all
#   effect: escalate
#   severity: high
#   help: >-
#     Stop what you started by its number.
#   tags: [attack.T1489]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.programs.kill
	command := input.facts.commands[i]
	count(command.args) > 0
	command.args[count(command.args) - 1] in {"1", "-1"}
	not _only_asks(command)
	_signals_others(command)
	part := command.part
	reason := "stops the first process, or all of them"
}

_signals_others(command) if command.args[count(command.args) - 1] == "1"

_signals_others(command) if count(command.args) > 1

_only_asks(command) if {
	some argument in command.args
	argument in {"-0", "-l", "-L", "--list", "--version", "--help", "-V", "-h"}
}

_of_a_script(command) if {
	some option in {"-f", "--full"}
	option in object.keys(command.options)
	some argument in command.args
	regex.match(`[A-Za-z0-9_]{3,}.*[./ ].*[A-Za-z0-9_]`, argument)
}

_started_here(command) if {
	some argument in command.args
	some j in input.facts.index.programs[argument]
	input.facts.commands[j].part != command.part
}
