"""Facts of whole calls, of every kind."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwarden.call import KINDS, parse
from callwarden.facts import derive as module
from callwarden.facts.context import Context
from callwarden.facts.derive import derive
from callwarden.facts.model import Facts
from callwarden.testing import EXAMPLES


def facts(context: Context, **fields: Any) -> Facts:
    return derive(parse({"id": "c", **fields}), context)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_parts(context: Context, kind: str) -> None:
    found = facts(context, kind=kind, **EXAMPLES[kind])
    assert found.parts


@pytest.mark.parametrize(
    ("fields", "accesses"),
    [
        ({"operation": "read"}, ["read"]),
        ({"operation": "write", "content": "x"}, ["write"]),
        ({"operation": "append"}, ["append"]),
        ({"operation": "create"}, ["create"]),
        ({"operation": "delete"}, ["delete"]),
        ({"operation": "list"}, ["list"]),
        ({"operation": "chmod"}, ["chmod"]),
        ({"operation": "move", "destination": "b"}, ["read", "delete", "write"]),
        ({"operation": "copy", "destination": "b"}, ["read", "write"]),
        ({"operation": "link", "destination": "b"}, ["read", "link"]),
    ],
)
def test_a_file_call_is_the_accesses_that_it_makes(
    context: Context, fields: dict[str, Any], accesses: list[str]
) -> None:
    found = facts(context, kind="file", path="a", **fields)
    assert [path.access for path in found.paths] == accesses
    assert found.parts == [path.part for path in found.paths]


def test_relative_paths_start_at_the_call_s_directory_or_the_workspace(context: Context) -> None:
    def path(**cwd: str) -> str:
        return facts(context, kind="file", operation="read", path="a", **cwd).paths[0].path

    assert path() == "/workspace/a"
    assert path(cwd="/elsewhere") == "/elsewhere/a"
    assert path(cwd="sub/../x") == "/workspace/x/a"


def test_a_request_is_a_host_with_what_it_carries(context: Context) -> None:
    found = facts(
        context,
        kind="http",
        method="post",
        url="https://api.example.com/v1/x?token=abc",
        headers={"Content-Type": "application/json; charset=utf-8", "Authorization": "Bearer Zk3vQ9xT7mB2pL5wR8sY1"},
        body="{}",
    )
    assert (found.hosts[0].name, found.hosts[0].port, found.hosts[0].scheme) == ("api.example.com", 443, "https")
    assert (found.request.method, found.request.path, found.request.query_bytes) == ("POST", "/v1/x", 9)
    assert (found.request.body_bytes, found.request.content_type) == (2, "application/json")
    assert [credential.place for credential in found.credentials] == ["header"]


def test_a_request_that_names_another_host_in_its_header_goes_to_both(context: Context) -> None:
    found = facts(context, kind="http", method="GET", url="https://front.example/", headers={"host": "hidden.example"})
    assert [host.name for host in found.hosts] == ["front.example", "hidden.example"]
    same = facts(
        context, kind="http", method="GET", url="https://front.example/", headers={"Host": "front.example:443"}
    )
    assert [host.name for host in same.hosts] == ["front.example"]


def test_a_credential_is_found_behind_the_encoding_of_a_form(context: Context) -> None:
    body = "data=%67%68%70_q7Xw2mZ9vK4tR8nBc3Yd6Fh1Jl5Ns0PuA7We"
    found = facts(context, kind="http", method="POST", url="https://x.example/", body=body)
    assert [credential.kind for credential in found.credentials] == ["github_token"]


def test_a_file_url_is_a_file(context: Context) -> None:
    found = facts(context, kind="http", method="GET", url="file:///etc/shadow")
    assert "secret" in found.paths[0].classes


@pytest.mark.parametrize(
    ("host", "kind"), [("::1", "loopback"), ("[::1]", "loopback"), ("8.8.8.8", "public"), ("a.example", "name")]
)
def test_a_connection_is_a_host(context: Context, host: str, kind: str) -> None:
    found = facts(context, kind="connect", host=host, port=22)
    assert (found.hosts[0].kind, found.hosts[0].port, found.hosts[0].direction) == (kind, 22, "connect")
    assert found.parts == ["hosts/0"]


def test_a_look_up_is_a_host_that_is_resolved(context: Context) -> None:
    found = facts(context, kind="dns", name="metadata.google.internal")
    assert (found.hosts[0].direction, found.hosts[0].kind, found.hosts[0].port) == ("resolve", "metadata", 0)


def test_a_bound_tool_has_the_facts_of_what_it_is(context: Context) -> None:
    found = facts(context, kind="function", name="read_file", arguments={"path": "/etc/shadow"})
    assert (found.tool.name, found.tool.bound, found.tool.kind) == ("read_file", True, "file")
    assert found.parts == ["paths/0"]


def test_an_unbound_tool_is_one_part_and_its_arguments_are_searched(context: Context) -> None:
    arguments = {"deep": [{"password": "q7Xw2mZ9vK4tR8nBc3Yd"}]}
    found = facts(context, kind="mcp", server="s", tool="t", arguments=arguments)
    assert (found.parts, found.tool.bound, found.tool.server) == (["call"], False, "s")
    assert [credential.place for credential in found.credentials] == ["arguments"]


def test_a_tool_whose_binding_can_t_be_followed_says_why(context: Context) -> None:
    found = facts(context, kind="function", name="bash", arguments={})
    assert found.tool.problem
    assert found.parts == ["call"]


def test_arguments_without_end_are_opaque(context: Context) -> None:
    found = facts(context, kind="function", name="odd", arguments={"x": ["y"] * 5000})
    assert [opaque.place for opaque in found.opaque] == ["argument"]


def test_an_error_inside_is_unparsable_and_a_part(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(module, "_read", fails)
    found = facts(context, kind="shell", command="ls")
    assert (found.unparsable, found.unparsable_reason) == (True, "internal: RecursionError")
    assert found.opaque[0].place == "text"
    assert found.parts == ["call", "opaque/0"]


def test_positions_in_the_index_are_those_of_the_lists(context: Context) -> None:
    found = facts(context, kind="file", operation="copy", path="~/.ssh/id_rsa", destination="x")
    assert found.index.accesses == {"read": [0], "write": [1]}
    assert found.index.path_classes["secret"] == [0]
    assert found.index.roots == {"home": [0], "workspace": [1]}


_TEXT = st.text(min_size=1, max_size=80)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.fixed_dictionaries({"kind": st.just("file"), "operation": st.just("read"), "path": _TEXT}),
        st.fixed_dictionaries({"kind": st.just("http"), "method": st.just("GET"), "url": _TEXT, "body": _TEXT}),
        st.fixed_dictionaries({"kind": st.just("connect"), "host": _TEXT, "port": st.integers(1, 65535)}),
        st.fixed_dictionaries({"kind": st.just("dns"), "name": _TEXT}),
        st.fixed_dictionaries(
            {"kind": st.just("code"), "language": st.sampled_from(["python", "js", "perl"]), "source": _TEXT}
        ),
        st.fixed_dictionaries({"kind": st.just("function"), "name": _TEXT, "arguments": st.dictionaries(_TEXT, _TEXT)}),
    )
)
def test_any_call_has_whole_facts_and_no_internal_error(context: Context, fields: dict[str, Any]) -> None:
    found = facts(context, **fields)
    assert found.parts
    assert not found.unparsable_reason.startswith("internal")


@pytest.mark.parametrize(
    "command",
    [
        r"touch $'\udc00'",
        r"""python3 -c 'open("\udc00", "w")'""",
        r"""python3 -c 'import subprocess; subprocess.run(["\udc00", "\ud800x"])'""",
        r"curl $'http://\udc00.example/'",
    ],
)
def test_text_that_json_cannot_hold_does_not_stand_in_facts(context: Context, command: str) -> None:
    assert orjson.dumps(facts(context, kind="shell", command=command).model_dump(mode="json"))
