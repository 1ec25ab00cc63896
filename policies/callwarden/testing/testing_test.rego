# METADATA
# title: Helpers for tests of rules
# description: A whole input from the few facts that a test is about, and what the decision about it says.
package callwarden.testing_test

_command := {
	"program": "ls", "path": "ls", "kind": "name", "args": [], "unknown_args": [], "options": {}, "operands": [],
	"understood": true, "actions": [], "wrappers": [], "origin": "text", "parent": -1, "fed_by": [], "background": false,
	"environment": {}, "location": "",
}

_file := {
	"path": "/workspace/a", "written": "a", "access": "read", "root": "workspace", "classes": [], "known": true,
	"pattern": false, "resolved": false, "command": -1,
}

_host := {
	"name": "example.org", "address": "", "port": 443, "scheme": "https", "direction": "connect", "kind": "name",
	"classes": [], "known": true, "userinfo": false, "written": "https://example.org/", "command": -1,
}

_code := {
	"language": "python", "imports": [], "actions": [], "understood": true, "opaque": [], "bytes": 1, "command": -1,
}

_opaque := {"place": "argument", "reason": "a variable", "text": "$X", "command": -1}

_request := {"method": "", "path": "", "query_bytes": 0, "body_bytes": 0, "content_type": "", "upgrade": ""}

_tool := {"name": "", "server": "", "bound": false, "kind": "", "problem": ""}

_session := {
	"id": "test", "agent": "", "principal": "", "team": "", "task": "", "phase": "", "profile": "coding",
	"mode": "enforce", "filesystem": "local", "workspace": "/workspace", "home": "/home/agent", "labels": {},
	"protections": [],
}

# METADATA
# title: A whole input document of a kind, from the facts that matter
document(kind, given) := {
	"v": 1, "kind": kind, "call": {"id": "c", "kind": kind, "command": "", "device": "cpu", "values": {}}, "facts": facts(given), "session": _session,
	"state": {"epoch": 0, "taint": [], "counters": {}}, "door": "tool",
	"cause": {"id": "", "confidence": "none", "candidates": []},
}

# METADATA
# title: Whole facts, numbered and indexed as the gate does it
facts(given) := {
	"parts": _parts([commands, paths, hosts, code, opaque]), "commands": commands, "paths": paths, "hosts": hosts,
	"code": code, "credentials": object.get(given, "credentials", []), "opaque": opaque,
	"unparsable": object.get(given, "unparsable", false), "unparsable_reason": "",
	"request": object.union(_request, object.get(given, "request", {})),
	"tool": object.union(_tool, object.get(given, "tool", {})),
	"index": {
		"programs": _by(commands, "program"), "actions": _by_each(commands, "actions"),
		"accesses": _by(paths, "access"), "path_classes": _by_each(paths, "classes"), "roots": _by(paths, "root"),
		"host_classes": _by_each(hosts, "classes"), "host_kinds": _by(hosts, "kind"),
		"code_actions": _by_each(code, "actions"), "opaque_places": _by(opaque, "place"),
	},
} if {
	commands := _numbered("commands", given, _command)
	paths := _numbered("paths", given, _file)
	hosts := _numbered("hosts", given, _host)
	code := _numbered("code", given, _code)
	opaque := _numbered("opaque", given, _opaque)
}

_numbered(name, given, whole) := [object.union_n([whole, item, {"part": sprintf("%s/%d", [name, i])}]) |
	some i, item in object.get(given, name, [])
]

_parts(lists) := ["call"] if every list in lists { list == [] }

_parts(lists) := [item.part | some list in lists; some item in list] if {
	some list in lists
	list != []
}

_by(items, field) := {item[field]: [i | some i, other in items; other[field] == item[field]] | some item in items}

_by_each(items, field) := {key: [i | some i, other in items; key in other[field]] | some item in items; some key in item[field]}

# METADATA
# title: The decision about a document
answer(asked) := found if found := data.callwarden.decision.answer with input as asked

# METADATA
# title: The rules that speak in the decision about a document
rules(asked) := {found.rule | some found in answer(asked).findings}

# METADATA
# title: The rules that speak about a command line, a file, a host, code
shell(command) := rules(document("shell", {"commands": [command]}))

file(path) := rules(document("file", {"paths": [path]}))

host(reached) := rules(document("connect", {"hosts": [reached]}))

code(block) := rules(document("code", {"code": [block]}))

# METADATA
# title: The effect of a decision about facts of a shell call
effect(given) := answer(document("shell", given)).effect

test_a_document_is_whole if {
	made := document("shell", {"commands": [{"actions": ["connect"]}, {}]})
	made.facts.parts == ["commands/0", "commands/1"]
	made.facts.index.actions == {"connect": [0]}
	made.facts.index.programs == {"ls": [0, 1]}
}

test_a_document_without_facts_is_one_part if document("shell", {}).facts.parts == ["call"]

test_the_effect_is_the_decisions if effect({"commands": [{}]}) == "allow"

test_a_file_a_host_and_code_are_asked_about if {
	"files.read" in file({})
	"egress.unknown_host" in host({})
	"code.understood" in code({})
	"shell.ordinary" in shell({})
}
