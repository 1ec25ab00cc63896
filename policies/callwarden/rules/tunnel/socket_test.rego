package callwarden.rules.tunnel_test

import data.callwarden.testing_test as testing

test_a_connection_by_the_shell_is_denied if {
	"tunnel.device" in testing.file({"path": "/dev/tcp/a/1", "classes": ["network_device"]})
	not "tunnel.device" in testing.file({})
}
