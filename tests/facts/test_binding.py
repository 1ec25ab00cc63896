"""Bindings of tools: followed exactly, or a problem that says why."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.call import FunctionCall, McpCall, parse
from callwarden.facts.binding import Problem, bind, draft


def function(name: str, **arguments: Any) -> FunctionCall:
    return FunctionCall(id="c", kind="function", name=name, arguments=arguments)


def mcp(server: str, tool: str, **arguments: Any) -> McpCall:
    return McpCall(id="c", kind="mcp", server=server, tool=tool, arguments=arguments)


TABLE: dict[str, Any] = {
    "bindings": {
        "bash": {"kind": "shell", "command": "$.command", "cwd": "$.cwd?"},
        "read": {
            "tools": ["read_file", "Read"],
            "kind": "file",
            "operation": "read",
            "path": ["$.path", "$.file_path"],
        },
        "deep": {"kind": "shell", "command": "$.steps[1]['the command']"},
        "disk": {"servers": ["fs"], "tools": ["read_file"], "kind": "file", "operation": "read", "path": "$.path"},
        "odd": {"kind": "sample"},
        "bad": {"kind": "shell", "command": "$..command"},
    }
}


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (function("bash", command="ls"), {"kind": "shell", "command": "ls"}),
        (function("bash", command="ls", cwd="/x"), {"kind": "shell", "command": "ls", "cwd": "/x"}),
        (function("bash", command=["ls", "-l"]), {"kind": "exec", "argv": ["ls", "-l"]}),
        (function("Read", file_path="a"), {"kind": "file", "operation": "read", "path": "a"}),
        (function("deep", steps=[0, {"the command": "ls"}]), {"kind": "shell", "command": "ls"}),
        (mcp("fs", "read_file", path="a"), {"kind": "file", "operation": "read", "path": "a"}),
    ],
)
def test_a_bound_tool_is_the_call_that_it_really_is(call: FunctionCall | McpCall, expected: dict[str, Any]) -> None:
    assert bind(call, TABLE) == parse({"id": "c", **expected})


@pytest.mark.parametrize(
    "call", [function("Bash", command="ls"), mcp("other", "read_file", path="a"), function("disk", path="a")]
)
def test_a_tool_of_another_name_case_or_server_is_not_bound(call: FunctionCall | McpCall) -> None:
    assert bind(call, TABLE) is None


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (function("bash"), "nothing at"),
        (function("bash", command=None), "nothing at"),
        (function("bash", command=5), "command"),
        (function("Read"), "none of"),
        (function("Read", path="a", file_path="b"), "more than one of"),
        (function("deep", steps=[]), "nothing at"),
        (function("odd"), "can't be bound"),
        (function("bad", command="ls"), "no path"),
    ],
)
def test_what_is_missing_or_ambiguous_is_a_problem(call: FunctionCall, reason: str) -> None:
    problem = bind(call, TABLE)
    assert isinstance(problem, Problem)
    assert reason in problem.reason


def test_two_bindings_for_one_tool_are_a_problem() -> None:
    table = {"bindings": {"bash": {"kind": "shell", "command": "$.a"}, "other": {"tools": ["bash"], "kind": "shell"}}}
    problem = bind(function("bash", a="ls"), table)
    assert isinstance(problem, Problem)
    assert "bash, other" in problem.reason


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        ("bash", {"command": "ls"}, "shell"),
        ("run_terminal_cmd", {"command": "ls", "is_background": False}, "shell"),
        ("Read", {"file_path": "/x"}, "file"),
        ("Edit", {"file_path": "/x", "old_string": "a", "new_string": "b"}, "file"),
        ("WebFetch", {"url": "https://example.com", "prompt": "x"}, "http"),
        ("python", {"code": "1"}, "code"),
        ("list_dir", {"path": "."}, "file"),
    ],
)
def test_the_tools_of_common_agents_are_bound(
    tables: dict[str, Any], name: str, arguments: dict[str, Any], kind: str
) -> None:
    bound = bind(function(name, **arguments), tables["tools"])
    assert bound is not None
    assert not isinstance(bound, Problem)
    assert bound.kind == kind


def test_no_tool_has_two_bindings_in_the_table_that_ships(tables: dict[str, Any]) -> None:
    seen = [
        (tool, server)
        for name, entry in tables["tools"]["bindings"].items()
        for tool in entry.get("tools", [name])
        for server in entry.get("servers", [""])
    ]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (function("go", cmd="ls"), {"go": {"kind": "shell", "command": "$.cmd"}}),
        (
            function("save_it", path="a", content="b"),
            {"save_it": {"kind": "file", "path": "$.path", "operation": "write", "content": "$.content"}},
        ),
        (
            mcp("web", "get", url="u"),
            {"get": {"servers": ["web"], "tools": ["get"], "kind": "http", "url": "$.url", "method": "GET"}},
        ),
        (function("think", thought="x"), {"think": {"kind": ""}}),
    ],
)
def test_a_draft_is_a_binding_that_binds(call: FunctionCall | McpCall, expected: dict[str, Any]) -> None:
    assert draft(call) == expected
    if next(iter(expected.values()))["kind"]:
        assert bind(call, {"bindings": draft(call)}) is not None


@given(st.text(max_size=40), st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4))
def test_any_path_and_any_arguments_give_a_call_or_a_problem(path: str, arguments: dict[str, str]) -> None:
    table = {"bindings": {"t": {"kind": "shell", "command": "$" + path}}}
    found = bind(FunctionCall(id="c", kind="function", name="t", arguments=arguments), table)
    assert found is not None
