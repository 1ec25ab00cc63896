# METADATA
# title: Destruction
# description: |
#   What cannot be taken back.
package callwarden.rules.destructive

import data.callwarden.finding
import data.callwarden.operations

# METADATA
# title: Deleting outside the workspace
# description: |
#   Whole roots, homes and system folders are never an agent's to delete.
# custom:
#   rule: destructive.wipe
#   effect: deny
#   severity: critical
#   help: >-
#     Delete inside the workspace only.
#   tags: [attack.T1485]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.accesses.delete
	file := input.facts.paths[i]
	file.known
	data.callwarden.org.precious[file.root]
	part := file.part
	reason := sprintf("deletes %s", [file.path])
}

# METADATA
# title: Deleting a whole home
# description: |
#   The agent's home, with everything that every program keeps there.
# custom:
#   rule: destructive.home
#   effect: deny
#   severity: critical
#   help: >-
#     Delete by name what is not needed.
#   tags: [attack.T1485]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some access in {"delete", "move"}
	some i in input.facts.index.accesses[access]
	file := input.facts.paths[i]
	_whole(file.path, input.session.home)
	part := file.part
	reason := sprintf("deletes %s, which is a whole home", [file.path])
}

# METADATA
# title: Deleting the whole workspace
# description: |
#   One command that takes everything, history included.
# custom:
#   rule: destructive.mass
#   effect: escalate
#   severity: high
#   help: >-
#     Delete by name what is not needed.
#   tags: [attack.T1485]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.accesses.delete
	file := input.facts.paths[i]
	_everything(file.path, input.session.workspace)
	part := file.part
	reason := sprintf("deletes %s, which is everything or its history", [file.path])
}

# METADATA
# title: Moving the whole workspace away
# description: |
#   Where everything is moved out of the workspace, it is gone for whoever works there.
# custom:
#   rule: destructive.moved_away
#   effect: escalate
#   severity: high
#   help: >-
#     Copy what is needed elsewhere.
#   tags: [attack.T1485]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.accesses.move
	file := input.facts.paths[i]
	_whole(file.path, input.session.workspace)
	_leaves(file)
	part := file.part
	reason := sprintf("moves %s away, which is everything", [file.path])
}

# METADATA
# title: An operation that cannot be taken back
# description: |
#   Force pushes, hard resets, dropped databases, deleted clusters.
# custom:
#   rule: destructive.operation
#   effect: escalate
#   severity: high
#   help: >-
#     Use the form that keeps what was there (`--force-with-lease` on a branch of your own, `git stash`, a dry run),
#     or ask a person.
#   tags: [attack.T1485]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "destructive"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: Wiping
# description: |
#   Wiping disks, file systems and backups.
# custom:
#   rule: destructive.forbidden_operation
#   effect: deny
#   severity: critical
#   help: >-
#     Never allowed. A person does it by hand.
#   tags: [attack.T1561]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some done in operations.done
	done.family == "destructive"
	done.effect == rule.custom.effect
	part := done.part
	reason := sprintf("`%s`: %s", [done.program, done.reason])
}

# METADATA
# title: A destructive program
# description: |
#   Options and operands that destroy.
# custom:
#   rule: destructive.action
#   effect: escalate
#   severity: high
#   help: >-
#     Use a form that keeps what was there, or ask a person.
#   tags: [attack.T1485]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.actions.destroy
	command := input.facts.commands[i]
	part := command.part
	reason := sprintf("`%s` destroys what cannot be brought back", [command.program])
}

_whole(path, folder) if {
	startswith(path, folder)
	trim_prefix(path, folder) in {"", "/", "/*", "/.*", "/.[!.]*", "/**"}
}

_leaves(file) if file.path == input.session.workspace

_leaves(file) if {
	some other in input.facts.paths
	other.command == file.command
	other.root != "workspace"
}

_everything(path, workspace) if _whole(path, workspace)

_everything(path, _) if endswith(path, "/.git")
