package callwarden.rules.persistence

import data.callwarden.access
import data.callwarden.finding

# METADATA
# title: Writing what runs elsewhere
# description: |
#   Pipelines and development containers run on other machines, with the secrets of those.
# custom:
#   rule: persistence.pipeline
#   effect: escalate
#   severity: medium
#   help: >-
#     Propose the change in words, or ask a person to look at it.
#   tags: [attack.T1195.002]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some file in access.changed
	file.access != "chmod"
	regex.match(data.callwarden.org.pipelines, file.path)
	part := file.part
	reason := sprintf("%s runs on other machines", [file.path])
}

# METADATA
# title: Running a script from a temporary folder
# description: |
#   What lies in a folder where anybody may write may be anybody's.
# custom:
#   rule: persistence.run_temporary
#   effect: escalate
#   severity: medium
#   help: >-
#     Write the script in the workspace and run it from there.
#   tags: [attack.T1059.004]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some i in input.facts.index.accesses.execute
	file := input.facts.paths[i]
	file.root == "temporary"
	data.callwarden.org.shells[input.facts.commands[file.command].program]
	part := file.part
	reason := sprintf("runs %s", [file.path])
}
