"""The door as a whole: what happens to traffic when a process behind it dies, and how it is put up and taken down."""

from __future__ import annotations

import os
import signal
import socket
import stat
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from callwarden.egress.door import EgressDoor
from callwarden.egress.origin import Origin
from callwarden.egress.testing import Answer, OpenDoor, open_door
from callwarden.errors import DoorError


@pytest.fixture
def mortal(origin: Origin) -> Iterator[OpenDoor]:
    """A door of the test's own, that does not come back when its worker dies."""
    with open_door(lambda call: "allow", parent={"SSL_CERT_FILE": origin.trust}, restarts=0) as opened:
        yield opened


def until(claim: Any, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.02)


def refused(door: OpenDoor) -> bool:
    try:
        socket.create_connection(("127.0.0.1", door.port), timeout=1).close()
    except OSError:
        return True
    return False


def test_without_a_gate_nothing_is_accepted_any_more(mortal: OpenDoor, origin: Origin) -> None:
    mortal.gate.hang_up()
    until(lambda: refused(mortal))
    with pytest.raises(httpx.TransportError):
        httpx.get(origin.url("/hello.txt"), proxy=mortal.url, verify=mortal.context)
    assert origin.requests == []
    assert "every connection is refused" in mortal.note("no egress worker")


def test_a_request_that_waits_for_a_gate_that_dies_never_leaves(mortal: OpenDoor, origin: Origin) -> None:
    asked = threading.Event()

    def dying(call: dict[str, Any]) -> Answer:
        if call["kind"] == "http":
            asked.set()
            time.sleep(1)
        return "allow"

    def hang_up_when_asked() -> None:
        asked.wait(10)
        mortal.gate.hang_up()

    mortal.clear(dying)
    threading.Thread(target=hang_up_when_asked, daemon=True).start()
    try:
        status = httpx.get(origin.url("/hello.txt"), proxy=mortal.url, verify=mortal.context, timeout=10).status_code
    except httpx.TransportError:
        status = 0
    assert status in {0, 503}  # it depends on which of the two is quicker: the refusal, or the worker's end
    assert asked.is_set()
    assert origin.requests == []


def test_an_upload_under_way_is_cut_when_the_gate_dies(mortal: OpenDoor, origin: Origin) -> None:
    mortal.clear(lambda call: {"effect": "allow", "tags": ["stream"]})

    def parts() -> Iterator[bytes]:
        for number in range(40):
            if number == 20:
                until(lambda: mortal.gate.seen("http"))
                mortal.gate.hang_up()
                until(lambda: refused(mortal))
            yield b"x" * 100_000

    try:
        status = httpx.post(
            origin.url("/"), content=parts(), proxy=mortal.url, verify=mortal.context, timeout=10
        ).status_code
    except httpx.TransportError:
        status = 0
    assert status in {0, 503}  # 503 where the gate's answer was still on its way
    assert origin.requests == []  # the server never saw the end of it


def test_a_worker_that_dies_is_replaced_and_clients_wait(origin: Origin) -> None:
    with open_door(lambda call: "allow", parent={"SSL_CERT_FILE": origin.trust}) as door:
        first = door.door.pid
        os.kill(first, signal.SIGKILL)
        answer = httpx.get(origin.url("/hello.txt"), proxy=door.url, verify=door.context, timeout=20)
        assert answer.status_code == 200
        assert door.door.pid != first
        assert "status -9" in door.note("the egress worker ended")


def test_a_worker_that_keeps_dying_is_given_up(origin: Origin) -> None:
    with open_door(lambda call: "allow", restarts=1) as door:
        os.kill(door.door.pid, signal.SIGKILL)
        door.note("1 more will be started")
        first = door.door.pid
        until(lambda: door.door.pid != first or len(door.notes) > 1)
        os.kill(door.door.pid, signal.SIGKILL)
        door.note("no egress worker", seconds=20)
        until(lambda: refused(door))


def test_a_stopped_door_leaves_no_worker_and_no_listener() -> None:
    with open_door(lambda call: "allow") as door:
        pid = door.door.pid
        door.door.stop()
        assert refused(door)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_python_without_mitmproxy_is_a_clear_error(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'mitmproxy'\" >&2\nexit 1\n")
    python.chmod(0o755)
    ours, theirs = socket.socketpair()
    listener = socket.create_server(("127.0.0.1", 0))
    door = EgressDoor(lambda: theirs, [listener.detach()], port=1, ca=tmp_path, python=str(python), parent={})
    with ours, pytest.raises(DoorError, match="No module named 'mitmproxy'") as raised:
        door.start()
    assert "callwarden[egress]" in raised.value.help


def test_the_key_is_private_and_kept_and_what_is_to_be_trusted_is_public(origin: Origin, standing: OpenDoor) -> None:
    key = standing.directory / "private" / "mitmproxy-ca.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert "PRIVATE KEY" not in Path(standing.bundle).read_text()
    assert Path(origin.trust).read_text().strip() in Path(standing.bundle).read_text()  # the person's own is kept


def query(name: str, kind: int = 1) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)


def test_names_are_refused_and_recorded() -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    at = server.getsockname()
    with open_door(lambda call: "allow", dns=[server.detach()]) as door, socket.socket(type=socket.SOCK_DGRAM) as asker:
        asker.settimeout(10)
        for packet in (b"\0", b"x" * 40, query("secret.example.org", 16)):
            asker.sendto(packet, at)
        answer = asker.recv(512)
        assert answer[:2] == b"\0\7"
        assert answer[2] & 0x80
        assert answer[3] & 0x0F == 5
        until(lambda: door.gate.seen("dns"))
        [call] = door.gate.seen("dns")
        assert (call["name"], call["type"]) == ("secret.example.org", "TXT")
        assert door.gate.result(call)["refused"] == "door.dns"
