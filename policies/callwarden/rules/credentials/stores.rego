# METADATA
# title: Credentials
# description: |
#   Keys, tokens and passwords: reading them is the first half of every theft.
package callwarden.rules.credentials

import data.callwarden.access
import data.callwarden.finding
import data.callwarden.operations

# METADATA
# title: Reading a secret store
# description: |
#   Keys, tokens and passwords outside the work itself.
# custom:
#   rule: credentials.read
#   effect: deny
#   severity: critical
#   help: >-
#     Ask a person for what the task needs; a program that needs a credential reads it itself.
#   tags: [attack.T1552.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.secret
	file := input.facts.paths[i]
	_touched[file.access]
	not _of_the_work(file)
	part := file.part
	reason := sprintf("%s holds secrets", [file.path])
}

# METADATA
# title: A secret of the project
# description: |
#   Environment files and keys inside the workspace hold what the program may know and the agent need not.
# custom:
#   rule: credentials.project
#   effect: escalate
#   severity: medium
#   help: >-
#     Read the example file (`.env.example`) instead, or ask a person.
#   tags: [attack.T1552.001]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.secret
	file := input.facts.paths[i]
	_touched[file.access]
	_of_the_work(file)
	part := file.part
	reason := sprintf("%s holds secrets of the project", [file.path])
}

# METADATA
# title: Writing into a secret store
# description: |
#   Replacing a key or an account file changes who gets in.
# custom:
#   rule: credentials.store_write
#   effect: deny
#   severity: high
#   help: >-
#     Ask a person to change it.
#   tags: [attack.T1098]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.secret
	file := input.facts.paths[i]
	access.writes[file.access]
	not _touched[file.access]
	not _of_the_work(file)
	part := file.part
	reason := sprintf("%s holds secrets", [file.path])
}

# METADATA
# title: Reading what people typed
# description: |
#   Shell and client histories hold passwords.
# custom:
#   rule: credentials.history
#   effect: deny
#   severity: high
#   help: >-
#     Not needed for any task.
#   tags: [attack.T1552.003]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.path_classes.history
	file := input.facts.paths[i]
	_touched[file.access]
	part := file.part
	reason := sprintf("%s is a history", [file.path])
}

# METADATA
# title: A program that hands out secrets
# description: |
#   Subcommands and options of ordinary programs that print keys and tokens.
# custom:
#   rule: credentials.operation
#   effect: deny
#   severity: high
#   help: >-
#     Ask a person for what the task needs.
#   tags: [attack.T1555]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "credentials"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: A program that may hand out secrets
# description: |
#   Subcommands and options that print settings with secrets among them.
# custom:
#   rule: credentials.ask_operation
#   effect: escalate
#   severity: medium
#   help: >-
#     Ask for the one value that is needed by its name.
#   tags: [attack.T1552]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "credentials"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

_touched := {"read": true, "move": true, "link": true, "execute": true}

_of_the_work(file) if file.root in {"workspace", "temporary"}
