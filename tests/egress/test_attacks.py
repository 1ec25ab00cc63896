"""Ways to send what was not judged, or to another place than was judged. None reaches the server."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from callwarden.egress.origin import Origin
from callwarden.egress.testing import OpenDoor


def refusal(answer: bytes) -> dict[str, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 4"), answer
    said: dict[str, Any] = json.loads(body)
    return said


def get(host: str, *more: str, target: str = "/hello.txt") -> bytes:
    lines = [f"GET {target} HTTP/1.1", f"Host: {host}", "Connection: close", *more, "", ""]
    return "\r\n".join(lines).encode()


def test_a_request_in_a_tunnel_is_let_through(door: OpenDoor, origin: Origin) -> None:
    at = f"localhost:{origin.https}"
    assert door.inside(at, get(at)).endswith(b"hello from the origin\n")


@pytest.mark.parametrize(
    "host", ["denied.localhost:{port}", "denied.localhost", "localhost:1", "user@localhost:{port}"]
)
def test_a_host_header_that_is_not_the_tunnels_target_is_refused(door: OpenDoor, origin: Origin, host: str) -> None:
    at = f"localhost:{origin.https}"
    said = refusal(door.inside(at, get(host.format(port=origin.https))))
    assert said["rule"] == "door.identity"
    assert said["decision"].startswith("record-")
    [call] = door.gate.seen("http")
    assert door.gate.result(call)["refused"] == "door.identity"
    assert origin.requests == []


def test_a_server_name_that_is_not_the_tunnels_target_is_refused(door: OpenDoor, origin: Origin) -> None:
    at = f"localhost:{origin.https}"
    said = refusal(door.inside(at, get(at), server_name="denied.localhost"))
    assert said["rule"] == "door.identity"
    assert "denied.localhost" in said["reason"]
    assert origin.requests == []


def test_an_absolute_target_inside_a_tunnel_is_refused(door: OpenDoor, origin: Origin) -> None:
    at = f"localhost:{origin.https}"
    answer = door.inside(at, get(at, target=f"https://denied.localhost:{origin.https}/hello.txt"))
    assert b" 200 " not in answer
    assert origin.requests == []


def test_a_host_header_that_is_not_the_urls_host_is_refused(door: OpenDoor, origin: Origin) -> None:
    url = origin.url("/hello.txt", scheme="http")
    assert refusal(door.raw(get("denied.localhost", target=url)))["rule"] == "door.identity"
    assert refusal(door.raw(get("localhost", f"Host: localhost:{origin.http}", target=url)))["rule"] == "door.identity"
    assert origin.requests == []


@pytest.mark.parametrize(
    "spelling",
    ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost.0x7f", "127.0.0.1.", "a b", "%31"],
)
def test_odd_spellings_of_addresses_are_no_hosts(door: OpenDoor, origin: Origin, spelling: str) -> None:
    answer = door.raw(get("localhost", target=f"http://{spelling}:{origin.http}/hello.txt"))
    assert answer.startswith(b"HTTP/1.1 4") or not answer
    sock, said = door.connect(f"{spelling}:{origin.https}")
    sock.close()
    assert said.startswith(b"HTTP/1.1 4") or not said
    assert origin.requests == []


def test_an_address_is_judged_as_the_address_that_is_dialled(door: OpenDoor, origin: Origin) -> None:
    url = f"http://[::ffff:127.0.0.1]:{origin.http}/hello.txt"
    door.raw(get(f"[::ffff:127.0.0.1]:{origin.http}", target=url))
    [call] = door.gate.seen("http")
    assert call["url"] == f"http://127.0.0.1:{origin.http}/hello.txt"


@pytest.mark.parametrize(
    ("protocol", "opening"),
    [
        ("ssh", b"SSH-2.0-OpenSSH_9.2\r\n"),
        ("stratum", b'{"id": 1, "method": "mining.subscribe", "params": []}\n'),
        ("socks", b"\x05\x01\x00"),
        ("redis", b"*1\r\n$4\r\nPING\r\n"),
        ("raw", b"\x00\x01\x02\x03 hello"),
        ("raw", b"USE database\r\n"),
    ],
)
def test_what_is_not_http_in_a_tunnel_is_named_and_closed(
    door: OpenDoor, origin: Origin, protocol: str, opening: bytes
) -> None:
    sock, said = door.connect(f"localhost:{origin.http}")
    assert b" 200 " in said
    with sock:
        sock.sendall(opening)
        assert sock.recv(100) == b""
    door.note(f"{protocol} to localhost:{origin.http} was refused")
    judged = [call for call in door.gate.seen("connect") if call.get("application")]
    assert [call["application"] for call in judged] == [protocol]
    assert door.gate.result(judged[0])["refused"] == "door.protocol"
    assert origin.requests == []


def test_a_raw_protocol_inside_tls_is_closed(door: OpenDoor, origin: Origin) -> None:
    assert door.inside(f"localhost:{origin.https}", b'{"method": "mining.subscribe"}\n') == b""
    door.note("stratum to localhost")
    assert origin.requests == []


def test_a_protocol_in_which_the_server_speaks_first_hears_nothing(door: OpenDoor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        sock, said = door.connect(f"localhost:{server.getsockname()[1]}")
        assert b" 200 " in said
        server.settimeout(0.5)
        with sock, pytest.raises(TimeoutError):
            server.accept()  # the door dials nothing before it has heard a request


def test_something_that_is_no_proxy_request_is_hung_up_on(door: OpenDoor) -> None:
    assert door.raw(b"\x05\x01\x00") == b""
    door.note("socks to the proxy")


@pytest.mark.parametrize(
    "fields",
    [
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: +5"],
        ["Transfer-Encoding : chunked"],
        ["Transfer-Encoding: xchunked"],
        ["X: a\x00b"],
        ["X: a\rGET /other HTTP/1.1"],
    ],
)
def test_a_head_that_two_readers_could_read_differently_is_refused(
    door: OpenDoor, origin: Origin, fields: list[str]
) -> None:
    at = f"localhost:{origin.http}"
    lines = [f"POST http://{at}/ HTTP/1.1", f"Host: {at}", *fields, "", "0\r\n\r\nGET /other HTTP/1.1\r\n\r\n"]
    answer = door.raw("\r\n".join(lines).encode())
    assert answer.startswith(b"HTTP/1.1 4"), answer
    assert origin.requests == []


def test_trailers_are_cut(door: OpenDoor, origin: Origin) -> None:
    at = f"localhost:{origin.http}"
    head = f"POST http://{at}/ HTTP/1.1\r\nHost: {at}\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b" 200 " not in door.raw(head.encode() + b"1\r\na\r\n0\r\nX-Smuggled: yes\r\n\r\n")
    assert origin.requests == []


def test_an_oversized_head_is_refused(door: OpenDoor, origin: Origin) -> None:
    at = f"localhost:{origin.http}"
    answer = door.raw(f"GET http://{at}/ HTTP/1.1\r\nHost: {at}\r\nX: ".encode(), b"a" * 80_000)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert origin.requests == []


@pytest.mark.parametrize("method", ["TRACE", "TRACK"])
def test_methods_that_echo_are_refused(door: OpenDoor, origin: Origin, method: str) -> None:
    at = f"localhost:{origin.http}"
    answer = door.raw(f"{method} http://{at}/ HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n".encode())
    assert refusal(answer)["rule"] == "door.identity"


def test_a_tunnel_in_a_tunnel_is_refused(door: OpenDoor, origin: Origin) -> None:
    at = f"localhost:{origin.https}"
    assert b" 200 " not in door.inside(at, f"CONNECT {at} HTTP/1.1\r\nHost: {at}\r\n\r\n".encode())


def test_an_upgrade_to_anything_but_websocket_is_taken_out(door: OpenDoor, origin: Origin) -> None:
    at = f"localhost:{origin.http}"
    url = f"http://{at}/hello.txt"
    head = f"GET {url} HTTP/1.1\r\nHost: {at}\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n"
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as sock:
        sock.sendall(head.encode())
        assert b" 200 " in sock.recv(4096)
    assert len(origin.requests) == 1
    assert "upgrade" not in origin.heads[-1]


def test_a_password_for_the_proxy_does_not_reach_the_server(door: OpenDoor, origin: Origin) -> None:
    at = f"localhost:{origin.http}"
    answer = door.raw(get(at, "Proxy-Authorization: Basic c2VjcmV0", target=f"http://{at}/hello.txt"))
    assert b" 200 " in answer
    assert "proxy-authorization" not in origin.heads[-1]
