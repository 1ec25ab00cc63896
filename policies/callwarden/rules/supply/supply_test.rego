package callwarden.rules.supply_test

import data.callwarden.testing_test as testing

test_another_index_is_asked_about if {
	"supply.elsewhere" in testing.rules(testing.document("shell", {"commands": [{"program": "pip", "actions": ["install"]}], "hosts": [{"command": 0}]}))
	not "supply.elsewhere" in testing.rules(testing.document("shell", {"commands": [{"program": "pip", "actions": ["install"]}], "hosts": [{"command": 0, "name": "pypi.org"}]}))
}

test_a_repository_is_asked_about if {
	"supply.elsewhere" in testing.shell({"actions": ["install"], "operands": ["git+https://a.example/b"]})
	not "supply.elsewhere" in testing.shell({"actions": ["install"], "operands": ["git+https://github.com/a/b"]})
}

test_another_source_by_a_variable_is_asked_about if {
	"supply.variables" in testing.shell({"environment": {"PIP_INDEX_URL": "x"}})
	not "supply.variables" in testing.shell({})
}

test_publishing_is_asked_about if {
	"supply.publish" in testing.shell({"actions": ["publish"]})
	not "supply.publish" in testing.shell({"actions": []})
}

test_another_source_is_asked_about if {
	"supply.operation" in testing.shell({"program": "pip", "options": {"--index-url": ["x"]}})
	not "supply.operation" in testing.shell({"program": "pip", "options": {"-r": ["x"]}})
}
