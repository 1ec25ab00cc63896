package callwarden.text_test

import data.callwarden.testing_test as testing

_named_by(program, scheme) := testing.rules(testing.document("shell", {
	"commands": [{"program": program}],
	"hosts": [{"command": 0, "scheme": scheme}],
}))

test_an_address_in_a_text_program_is_text if {
	"egress.text" in _named_by("sed", "https")
	not "egress.unknown_host" in _named_by("sed", "https")
}

test_an_address_elsewhere_is_a_host if {
	"egress.unknown_host" in _named_by("curl", "https")
	"egress.unknown_host" in _named_by("gawk", "tcp")
}
