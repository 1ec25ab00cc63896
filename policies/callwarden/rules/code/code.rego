# METADATA
# title: Code
# description: |
#   Programs in the call itself. What they start, read, write and reach are parts of their own.
package callwarden.rules.code

import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: Code that is understood
# description: |
#   Read by a parser for its language, and nothing dangerous found in it.
# custom:
#   rule: code.understood
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some block in input.facts.code
	block.understood
	part := block.part
	reason := sprintf("%s, read and understood", [block.language])
}

# METADATA
# title: Code in a language that is only scanned
# description: |
#   Nothing that acts was found in it.
# custom:
#   rule: code.scanned
#   effect: allow
#   severity: low
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some block in input.facts.code
	not block.understood
	settings.profile.languages[lower(block.language)]
	part := block.part
	reason := sprintf("%s, scanned", [block.language])
}

# METADATA
# title: Code in a language that can't be read
# description: |
#   What it does is not known.
# custom:
#   rule: code.unknown_language
#   effect: escalate
#   severity: medium
#   help: >-
#     Write it to a file of the workspace and run that, or use Python or the shell.
#   tags: [attack.T1059]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some block in input.facts.code
	not block.understood
	not settings.profile.languages[lower(block.language)]
	input.door != "process"
	part := block.part
	reason := sprintf("%s can't be read", [block.language])
}

# METADATA
# title: A process from code that is only scanned
# description: |
#   Which command it starts is not known.
# custom:
#   rule: code.process_unknown
#   effect: escalate
#   severity: high
#   help: >-
#     Write the command itself as a shell call.
#   tags: [attack.T1059]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some action in {"process", "shell"}
	some i in input.facts.index.code_actions[action]
	block := input.facts.code[i]
	not block.understood
	input.door != "process"
	part := block.part
	reason := sprintf("%s code starts a process", [block.language])
}

# METADATA
# title: A reverse shell in code
# description: |
#   A shell whose keyboard is a socket.
# custom:
#   rule: code.reverse_shell
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed.
#   tags: [attack.T1059]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.code_actions.reverse_shell
	block := input.facts.code[i]
	part := block.part
	reason := sprintf("%s code hands a shell to a socket", [block.language])
}

# METADATA
# title: Code that decodes and runs
# description: |
#   What it runs is hidden on purpose.
# custom:
#   rule: code.decode_execute
#   effect: deny
#   severity: high
#   help: >-
#     Write the code out.
#   tags: [attack.T1027, attack.T1140]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.code_actions.decode_execute
	block := input.facts.code[i]
	part := block.part
	reason := sprintf("%s code decodes something and runs it", [block.language])
}

# METADATA
# title: Code that goes below what can be judged
# description: |
#   Native calls, raw and listening sockets, and code made while running.
# custom:
#   rule: code.dangerous
#   effect: escalate
#   severity: high
#   help: >-
#     Write it out with ordinary calls, or ask a person.
#   tags: [attack.T1106]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some action in {"native", "raw_socket", "dynamic", "listen"}
	some i in input.facts.index.code_actions[action]
	block := input.facts.code[i]
	settings.profile.code[action] == "escalate"
	part := block.part
	reason := sprintf("%s code uses %s", [block.language, action])
}

# METADATA
# title: A shell and a socket in one program
# description: |
#   A program that starts a shell and holds a connection hands the one to the other.
# custom:
#   rule: code.shell_and_socket
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed. Run the commands themselves, one call each.
#   tags: [attack.T1059]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some action in {"network", "listen", "raw_socket"}
	some i in input.facts.index.code_actions[action]
	block := input.facts.code[i]
	some j in input.facts.index.actions.shell
	input.facts.commands[j].parent == block.command
	part := block.part
	reason := sprintf("%s code starts a shell and holds a connection", [block.language])
}
