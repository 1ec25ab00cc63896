package callwarden.rules.shell_test

import data.callwarden.testing_test as testing

_said(text) := testing.rules(object.union(testing.document("shell", {"commands": [{}]}), {"call": {"command": text}}))

test_hidden_characters_are_asked_about if {
	"shell.hidden_characters" in _said("cat \u202eab")
	not "shell.hidden_characters" in _said("echo äöü")
}

test_a_program_that_is_given_a_shell_is_asked_about if {
	"shell.given_shell" in testing.shell({"program": "cabal", "operands": ["exec", "/bin/sh"]})
	not "shell.given_shell" in testing.shell({"program": "ls", "operands": ["/bin/sh"]})
	not "shell.given_shell" in testing.shell({"program": "sh", "operands": ["/bin/sh"]})
}
