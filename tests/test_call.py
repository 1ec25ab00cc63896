"""The wire form: what is read, what is refused, and what a digest binds to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.call import KINDS, ConnectCall, digest, parse, parse_json

EXAMPLES: list[dict[str, Any]] = [
    {"kind": "shell", "command": "ls -la", "cwd": "/workspace"},
    {"kind": "file", "operation": "write", "path": "a.txt", "content": "hello"},
    {"kind": "file", "operation": "move", "path": "a.txt", "destination": "b.txt"},
    {"kind": "http", "method": "GET", "url": "https://example.org/", "headers": {"accept": "*/*"}},
    {"kind": "connect", "host": "example.org", "port": 22, "protocol": "tcp"},
    {"kind": "code", "language": "python", "source": "print(1)"},
    {"kind": "exec", "argv": ["ls"], "exe": "/usr/bin/ls", "cwd": "/"},
    {"kind": "mcp", "server": "files", "tool": "read", "arguments": {"path": "a"}},
    {"kind": "function", "name": "bash", "arguments": {"command": "ls"}},
    {"kind": "dns", "name": "example.org", "type": "A"},
    {"kind": "sample", "device": "gpu", "values": {"utilisation": 93}},
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: str(e["kind"]))
def test_every_kind_comes_back_as_it_was_sent(example: dict[str, Any]) -> None:
    sent = {"id": "c1", **example}
    assert parse(sent).model_dump(mode="json", exclude_unset=True) == sent


def test_the_examples_cover_every_kind() -> None:
    assert {example["kind"] for example in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"id": "c1"},
        {"id": "c1", "kind": "shel", "command": "ls"},
        {"id": "c1", "kind": "shell"},
        {"id": "c1", "kind": "shell", "command": 7},
        {"id": "c1", "kind": "shell", "command": "ls", "surprise": True},
        {"id": "", "kind": "shell", "command": "ls"},
        {"id": "c 1", "kind": "shell", "command": "ls"},
        {"id": "c1", "kind": "file", "operation": "move", "path": "a"},
        {"id": "c1", "kind": "file", "operation": "read", "path": "a", "destination": "b"},
        {"id": "c1", "kind": "connect", "host": "h", "port": 0},
        {"id": "c1", "kind": "http", "method": "CONNECT", "url": "no-port"},
        {"id": "c1", "kind": "shell", "command": "x" * ((1 << 20) + 1)},
        [],
        None,
        "ls",
    ],
    ids=range(16),
)
def test_anything_else_is_refused_with_the_field_named(bad: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(bad)


def test_a_refusal_never_repeats_the_value() -> None:
    with pytest.raises(ValueError, match="command") as refusal:
        parse({"id": "c1", "kind": "shell", "command": {"token": "ghp_secret"}})
    assert "ghp_secret" not in str(refusal.value)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(line: bytes) -> None:
    try:
        parse_json(line)
    except ValueError:
        return


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("[2001:db8::1]:22", "2001:db8::1", 22),
        ("example.org:8443", "example.org", 8443),
        ("https://example.org/", "example.org", 443),
        ("HTTP://example.org", "example.org", 80),
        ("https://[2001:db8::1]/", "2001:db8::1", 443),
        ("https://example.org:22/", "example.org", 22),
    ],
)
def test_connect_by_http_is_the_connection_it_asks_for(url: str, host: str, port: int) -> None:
    call = parse({"id": "c1", "kind": "http", "method": "connect", "url": url})
    assert call == ConnectCall(id="c1", kind="connect", host=host, port=port, protocol="http-connect")


def test_a_digest_binds_to_content_alone() -> None:
    one = parse({"id": "c1", "kind": "shell", "command": "ls", "session": {"id": "s1"}})
    same = parse({"kind": "shell", "command": "ls", "id": "c2"})
    other = parse({"id": "c1", "kind": "shell", "command": "ls ", "session": {"id": "s1"}})
    assert digest(one) == digest(same) != digest(other)
