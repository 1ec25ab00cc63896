package callwarden.rules.tunnel_test

import data.callwarden.testing_test as testing

test_a_forward_is_denied if {
	"tunnel.forward" in testing.shell({"actions": ["tunnel"]})
	not "tunnel.forward" in testing.shell({"actions": []})
}

test_a_reverse_tunnel_is_denied if {
	"tunnel.reverse" in testing.shell({"actions": ["reverse_tunnel"]})
	not "tunnel.reverse" in testing.shell({"actions": []})
}

test_a_reverse_shell_is_denied if {
	"tunnel.reverse_shell" in testing.shell({"actions": ["reverse_shell"]})
	not "tunnel.reverse_shell" in testing.shell({"actions": []})
}

test_a_tunnel_program_is_denied if {
	"tunnel.program" in testing.shell({"program": "chisel"})
	not "tunnel.program" in testing.shell({"program": "chisels"})
}

test_a_tunnel_by_option_is_denied if {
	"tunnel.operation" in testing.shell({"program": "ssh", "args": ["-R", "1:a:2", "b"], "options": {"-R": ["1:a:2"]}})
	not "tunnel.operation" in testing.shell({"program": "ssh", "args": ["-v", "b"], "options": {"-v": [""]}})
}

test_a_tunnel_that_may_be_honest_is_asked_about if {
	"tunnel.ask_operation" in testing.shell({"program": "kubectl", "operands": ["port-forward"]})
	not "tunnel.ask_operation" in testing.shell({"program": "kubectl", "operands": ["get"]})
}

test_a_tunnel_service_is_denied if {
	"tunnel.service" in testing.host({"classes": ["tunnel_service"]})
	not "tunnel.service" in testing.host({"classes": []})
}
