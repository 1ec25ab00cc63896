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

test_settings_of_package_managers_are_asked_about if {
	"supply.source_file" in testing.file({"path": "/workspace/.npmrc", "access": "append"})
	"supply.source_file" in testing.file({"path": "/workspace/.cargo/config.toml", "access": "write"})
	not "supply.source_file" in testing.file({"path": "/workspace/.npmrc", "access": "read"})
	not "supply.source_file" in testing.file({"path": "/workspace/config.toml", "access": "write"})
}

_index(hosts, args) := testing.rules(testing.document("shell", {
	"commands": [{
		"program": "pip", "args": args, "operands": ["install", "torch"],
		"options": {"--index-url": [""]},
	}],
	"hosts": hosts,
}))

test_an_index_that_is_listed_is_no_other_source if {
	not "supply.operation" in _index([{"name": "download.pytorch.org", "command": 0}], [])
	"supply.operation" in _index([{"name": "example.net", "command": 0}], [])
	"supply.operation" in _index([{"name": "github.com", "command": 0}], [])
	"supply.operation" in _index([], [])
	"supply.operation" in _index([{"name": "download.pytorch.org", "command": 0}], ["--trusted-host", "x"])
}
