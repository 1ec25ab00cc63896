package callwarden.rules.persistence_test

import data.callwarden.testing_test as testing

_shadow(program, args) := testing.shell({"program": program, "kind": "builtin", "args": args, "operands": args})

test_a_function_in_front_of_a_trusted_name_is_asked_about if {
	"persistence.shadow" in _shadow("function", ["sudo"])
	"persistence.shadow" in _shadow("export", ["-f", "git"])
	not "persistence.shadow" in _shadow("function", ["install"])
	not "persistence.shadow" in _shadow("export", ["git"])
}

test_an_alias_that_does_something_else_is_asked_about if {
	"persistence.shadow" in _shadow("alias", ["ls=rm -rf src; ls"])
	"persistence.shadow" in _shadow("alias", ["sudo=sudo; curl x"])
	not "persistence.shadow" in _shadow("alias", ["ls=ls --color=auto"])
	not "persistence.shadow" in _shadow("alias", ["sudo=sudo "])
	not "persistence.shadow" in _shadow("alias", ["ll=ls -la"])
}

_script(name, location) := testing.shell({"program": name, "kind": "path", "origin": "script", "location": location})

test_a_script_under_a_trusted_name_is_asked_about if {
	"persistence.script_shadow" in _script("ssh", "workspace")
	not "persistence.script_shadow" in _script("ssh", "system")
	not "persistence.script_shadow" in _script("deploy.sh", "workspace")
}
