# METADATA
# title: The caller
# description: |
#   Who asks, by which profile, in which phase.
package callwarden.rules.caller

import data.callwarden.finding
import data.callwarden.settings

# METADATA
# title: An unknown profile
# description: |
#   Without a profile nothing is allowed.
# custom:
#   rule: caller.profile
#   effect: deny
#   severity: high
#   help: >-
#     Start the session with a profile that the policies have.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	not input.session.profile in _profiles
	part := "call"
	reason := sprintf("the profile %q is not in the policies", [input.session.profile])
}

# METADATA
# title: An unknown team
# description: |
#   A team that no data knows may not loosen or tighten anything.
# custom:
#   rule: caller.team
#   effect: deny
#   severity: high
#   help: >-
#     Start the session for a team that the policies have, or for none.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.session.team != ""
	not input.session.team in _teams
	part := "call"
	reason := sprintf("the team %q is not in the policies", [input.session.team])
}

# METADATA
# title: A phase that the profile does not have
# description: |
#   A profile that lists phases is for those only.
# custom:
#   rule: caller.phase
#   effect: deny
#   severity: high
#   help: >-
#     A person changes the phase.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	phases := object.get(settings.profile, "phases", {})
	phases != {}
	not phases[input.session.phase]
	part := "call"
	reason := sprintf("the phase %q is not one of this profile", [input.session.phase])
}

# METADATA
# title: An effect without a known cause
# description: |
#   Under this profile every effect must be traced to one tool call.
# custom:
#   rule: caller.cause
#   effect: escalate
#   severity: medium
#   help: >-
#     Run one tool call at a time.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	settings.profile.needs_cause
	input.door in {"process", "egress"}
	not input.cause.confidence in {"exact", "inferred"}
	part := "call"
	reason := sprintf("which tool call this came from is %s", [input.cause.confidence])
}

# METADATA
# title: Data of another shape
# description: |
#   Policies that rest on malformed data refuse everything.
# custom:
#   rule: caller.malformed_data
#   effect: deny
#   severity: critical
#   help: >-
#     A person mends the data; `callwarden policy check` says where.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	some problem in data.callwarden.settings.shape.problems
	part := "call"
	reason := sprintf("the data is malformed: %s", [problem])
}

_profiles contains name if some name, _ in data.callwarden.profiles

_teams contains name if some name, _ in data.callwarden.teams
