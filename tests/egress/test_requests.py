"""What is held, what streams, what is recorded."""

from __future__ import annotations

import gzip
import json
import socket
import time
from typing import Any

import httpx
import pytest

from callwarden.egress.origin import Origin
from callwarden.egress.testing import Answer, OpenDoor, open_door


def client(door: OpenDoor) -> httpx.Client:
    return httpx.Client(proxy=door.url, verify=door.context, timeout=20)


def test_a_body_is_judged_whole_before_any_of_it_leaves(door: OpenDoor, origin: Origin) -> None:
    def by_body(call: dict[str, Any]) -> Answer:
        return "deny" if "secret" in call.get("body", "") else "allow"

    door.clear(by_body)
    with client(door) as http:
        assert http.post(origin.url("/a"), content=b"harmless").content == b"harmless"
        assert http.post(origin.url("/b"), content=b"x" * 500_000 + b"secret").status_code == 403
        packed = gzip.compress(b"a secret")
        assert http.post(origin.url("/c"), content=packed, headers={"Content-Encoding": "gzip"}).status_code == 403
    assert [path.partition("/")[2] for _, path, _ in origin.requests] == ["a"]
    assert door.gate.result(door.gate.seen("http")[0])["sent_bytes"] == 8


def test_binary_bodies_arrive_unchanged(door: OpenDoor, origin: Origin) -> None:
    body = bytes(range(256)) * 4000
    with client(door) as http:
        assert http.post(origin.url("/"), content=body).content == body
    assert len(door.gate.seen("http")[0]["body"]) == len(body)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_a_body_that_cannot_be_unpacked_is_refused(door: OpenDoor, origin: Origin, encoding: str) -> None:
    with client(door) as http:
        answer = http.post(origin.url("/"), content=b"abc", headers={"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["rule"]) == (403, "door.body")
    assert origin.requests == []


def chunks(count: int) -> Any:
    return (b"x" * 100_000 for _ in range(count))


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_too_large_to_judge_is_refused(door: OpenDoor, origin: Origin, chunked: bool) -> None:
    with client(door) as http:
        content = chunks(20) if chunked else b"x" * 2_000_000
        answer = http.post(origin.url("/"), content=content)
    assert (answer.status_code, answer.json()["rule"]) == (413, "door.body")
    [call] = door.gate.seen("http")
    assert "body" not in call
    assert door.gate.result(call)["refused"] == "door.body"
    assert origin.requests == []


def test_a_rule_that_says_stream_lets_a_large_body_pass_unread(door: OpenDoor, origin: Origin) -> None:
    door.clear(lambda call: {"effect": "allow", "tags": ["stream"]})
    with client(door) as http:
        assert http.post(origin.url("/"), content=chunks(30)).content == b"x" * 3_000_000
    ended = door.gate.result(door.gate.seen("http")[0])
    assert (ended["uninspected"], ended["sent_bytes"], ended["bytes"]) == (1, 3_000_000, 3_000_000)


def test_an_escalated_request_is_refused_with_a_ticket(door: OpenDoor, origin: Origin) -> None:
    door.clear(lambda call: "allow" if call["kind"] == "connect" else {"effect": "deny", "ticket": "t-1"})
    with client(door) as http:
        answer = http.get(origin.url("/hello.txt"))
    assert answer.status_code == 403
    assert int(answer.headers["Retry-After"]) > 0
    assert (answer.json()["effect"], answer.json()["ticket"]) == ("escalate", "t-1")
    assert origin.requests == []


def test_events_arrive_as_they_are_sent(door: OpenDoor, origin: Origin) -> None:
    with client(door) as http, http.stream("GET", origin.url("/events")) as answer:
        began = time.monotonic()
        lines = answer.iter_lines()
        assert next(lines) == "data: 0"
        assert time.monotonic() - began < 1.5  # the last comes after two seconds
        assert [line for line in lines if line][-1] == "data: 4"


def test_a_websocket_is_judged_as_its_upgrade_and_counted(door: OpenDoor, origin: Origin) -> None:
    at = f"localhost:{origin.http}"
    upgrade = (
        f"GET http://{at}/socket HTTP/1.1\r\nHost: {at}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as sock:
        sock.sendall(upgrade.encode())
        assert sock.recv(4096).startswith(b"HTTP/1.1 101 ")
        sock.sendall(b"\x81\x85\x00\x00\x00\x00hello")  # a text frame under the mask 0
        assert sock.recv(4096) == b"\x81\x05hello"
        sock.sendall(b"\x88\x82\x00\x00\x00\x00\x03\xe8")  # a close
        assert sock.recv(4096).startswith(b"\x88")
    [call] = door.gate.seen("http")
    assert call["headers"]["upgrade"] == "websocket"
    ended = door.gate.result(call)
    assert (ended["status"], ended["sent_bytes"], ended["bytes"]) == (101, 5, 5)


def test_a_server_that_is_not_there_is_an_error_that_says_so(door: OpenDoor) -> None:
    with client(door) as http:
        answer = http.get("http://localhost:1/")
    assert answer.status_code == 502
    assert answer.json()["rule"] == "door.upstream"
    assert "error" in door.gate.result(door.gate.seen("http")[0])


def test_a_name_that_leads_to_a_private_address_is_asked_about_as_that_address(door: OpenDoor, origin: Origin) -> None:
    """`ip6-localhost` is in this machine's hosts file and means the loopback, and is not `localhost` to a policy."""
    door.clear(lambda call: "deny" if call.get("host") in {"127.0.0.1", "::1"} else "allow")
    name = loopback_name()
    with client(door) as http:
        answer = http.get(f"http://{name}:{origin.http}/hello.txt")
    assert answer.status_code == 502
    assert "private" in answer.json()["reason"]
    assert {call["host"] for call in door.gate.seen("connect")} <= {"127.0.0.1", "127.0.1.1", "::1"}
    assert origin.requests == []


def loopback_name() -> str:
    """A name other than localhost that this machine resolves to its loopback."""
    for name in ("ip6-localhost", "ip6-loopback", socket.gethostname()):
        try:
            found = {str(info[4][0]) for info in socket.getaddrinfo(name, 80)}
        except OSError:
            continue
        if found <= {"127.0.0.1", "::1"}:
            return name
    pytest.skip("no name but localhost means the loopback here: add one to /etc/hosts")


def test_a_failing_gate_refuses_with_its_reason(door: OpenDoor, origin: Origin) -> None:
    def broken(call: dict[str, Any]) -> Answer:
        return {"effect": "allow", "run": "yes"}

    door.clear(broken)
    with client(door) as http:
        answer = http.get(origin.url("/hello.txt"))
    assert (answer.status_code, answer.json()["rule"]) == (503, "door.gate")
    assert origin.requests == []


def test_the_body_of_a_refusal_is_one_line_of_json(door: OpenDoor, origin: Origin) -> None:
    with httpx.Client(proxy=door.url, verify=door.context) as http:
        body = http.get(origin.url("/", "denied.localhost")).content
    assert body.count(b"\n") == 1
    assert set(json.loads(body)) == {"effect", "rule", "reason", "help", "decision"}


@pytest.mark.parametrize("size", [5, 2_000_000])
def test_a_client_that_offers_http2_works_and_learns_the_reason(door: OpenDoor, origin: Origin, size: int) -> None:
    """It is spoken where mitmproxy's h2 is safe, else the client falls back."""
    with httpx.Client(proxy=door.url, verify=door.context, http2=True, timeout=20) as http:
        assert http.get(origin.url("/hello.txt")).text == "hello from the origin\n"
        answer = http.post(origin.url("/", "denied.localhost"), content=b"x" * size)
    assert (answer.status_code, answer.json()["rule"]) == (403, "egress.host")
    assert len(origin.requests) == 1


def test_a_server_with_a_certificate_of_nobody_is_not_trusted(origin: Origin) -> None:
    with open_door(lambda call: "allow") as door, client(door) as http:
        answer = http.get(origin.url("/hello.txt"))
    assert answer.status_code == 502
    assert "ertificate" in answer.json()["reason"]
    assert origin.requests == []
