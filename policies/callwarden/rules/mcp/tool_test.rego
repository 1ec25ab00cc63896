package callwarden.rules.mcp_test

import data.callwarden.testing_test as testing

test_a_bound_tool_is_judged_as_its_kind if {
	"mcp.bound" in testing.rules(testing.document("function", {"tool": {"bound": true}}))
	not "mcp.bound" in testing.rules(testing.document("function", {"tool": {"bound": false}}))
}

test_a_harmless_tool_is_allowed if {
	"mcp.harmless" in testing.rules(testing.document("function", {"tool": {"name": "think"}}))
	not "mcp.harmless" in testing.rules(testing.document("function", {"tool": {"name": "think", "server": "s"}}))
}

test_an_unbound_tool_is_asked_about if {
	"mcp.unbound" in testing.rules(testing.document("mcp", {"tool": {"name": "x", "server": "s"}}))
	not "mcp.unbound" in testing.rules(testing.document("mcp", {"tool": {"bound": true}}))
}

test_a_binding_that_fails_is_denied if {
	"mcp.problem" in testing.rules(testing.document("mcp", {"tool": {"name": "x", "problem": "no path"}}))
	not "mcp.problem" in testing.rules(testing.document("mcp", {"tool": {"name": "x"}}))
}
