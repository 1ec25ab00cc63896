# METADATA
# title: Tools
# description: |
#   Function and MCP calls, by name and by what they are bound to.
package callwarden.rules.mcp

import data.callwarden.finding
import data.callwarden.settings.entry

# METADATA
# title: A bound tool
# description: |
#   Data says what kind of call the tool is, and it is judged as that.
# custom:
#   rule: mcp.bound
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.kind in {"mcp", "function"}
	input.facts.tool.bound
	input.facts.tool.problem == ""
	part := "call"
	"call" in input.facts.parts
	reason := sprintf("%s is judged as a %s call", [input.facts.tool.name, input.facts.tool.kind])
}

# METADATA
# title: A tool that is listed as harmless
# description: |
#   Tools that think, plan or report and touch nothing.
# custom:
#   rule: mcp.harmless
#   effect: allow
#   severity: info
#   help: >-
#     Nothing to do.
#   tags: []
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.kind in {"mcp", "function"}
	entry.applies(data.callwarden.org.harmless_tools[_name(input.facts.tool)])
	part := "call"
	"call" in input.facts.parts
	reason := sprintf("%s touches nothing", [_name(input.facts.tool)])
}

# METADATA
# title: A tool nobody bound
# description: |
#   What it does is not known.
# custom:
#   rule: mcp.unbound
#   effect: escalate
#   severity: medium
#   help: >-
#     Use a bound tool, or ask. `callwarden tools` drafts a binding for the data; a person may add it, the agent may
#     not.
#   tags: [attack.T1106]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.kind in {"mcp", "function"}
	not input.facts.tool.bound
	input.facts.tool.problem == ""
	not data.callwarden.org.harmless_tools[_name(input.facts.tool)]
	part := "call"
	reason := sprintf("%s is not bound to a kind of call", [_name(input.facts.tool)])
}

# METADATA
# title: A binding that can't be followed
# description: |
#   The data and the call do not fit each other.
# custom:
#   rule: mcp.problem
#   effect: deny
#   severity: high
#   help: >-
#     Call the tool with the arguments its binding names, or ask a person to mend the binding.
#   tags: [attack.T1106]
findings contains finding.about(rule, part, reason) if {
	rule := rego.metadata.rule()
	input.facts.tool.problem != ""
	part := "call"
	reason := sprintf("the binding of %s can't be followed: %s", [_name(input.facts.tool), input.facts.tool.problem])
}

_name(tool) := tool.name if tool.server == ""

_name(tool) := sprintf("%s/%s", [tool.server, tool.name]) if tool.server != ""
