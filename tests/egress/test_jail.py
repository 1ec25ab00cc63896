"""Both doors together: a program in the jail has the proxy and nothing else."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from callwarden.egress.door import EgressDoor
from callwarden.egress.origin import Origin
from callwarden.egress.testing import FunctionGate, denied_by_name
from callwarden.errors import DoorError
from callwarden.sandbox.door import ProcessDoor
from callwarden.sandbox.jail import Jail, Program
from callwarden.sandbox.testing import AnsweringGate

PROGRAM = """
import json, os, socket, sys, urllib.error, urllib.request
def tried(what):
    try:
        return what()
    except urllib.error.HTTPError as e:
        return json.loads(e.read())["rule"]
    except OSError as e:
        return type(e).__name__
url, denied, port = sys.argv[1:]
said = {
    "allowed": tried(lambda: urllib.request.urlopen(url).read().decode()),
    "denied": tried(lambda: urllib.request.urlopen(denied).read().decode()),
    "direct": tried(lambda: str(socket.create_connection(("127.0.0.1", int(port)), timeout=2))),
    "outside": tried(lambda: str(socket.create_connection(("192.0.2.1", 443), timeout=2))),
    "name": tried(lambda: str(socket.getaddrinfo("secret.example.org", 443))),
}
open("said.json", "w").write(json.dumps(said))
"""


def test_a_program_in_the_jail_has_the_proxy_and_nothing_else(origin: Origin, tmp_path: Path) -> None:
    processes, gate, notes = AnsweringGate(), FunctionGate(denied_by_name), list[str]()
    process_door = ProcessDoor(processes.door, Jail(workspace=str(tmp_path), home=str(tmp_path)))
    try:
        listeners = process_door.prepare()
    except DoorError as problem:
        pytest.skip(f"no jail can be made here: {problem}")
    assert listeners is not None
    egress = EgressDoor(
        gate.connect,
        [listeners.tcp],
        dns=[listeners.dns],
        port=listeners.port,
        ca=tmp_path.parent / "private",
        public=tmp_path / "trust",
        parent={"SSL_CERT_FILE": origin.trust},
        on_note=notes.append,
    )
    try:
        egress.start()
        env = {"PATH": "/usr/bin:/bin", **egress.environment()}
        python = shutil.which("python3", path="/usr/bin:/bin") or sys.executable
        at = (origin.url("/hello.txt"), origin.url("/hello.txt", "denied.localhost"), str(origin.http))
        process_door.start(Program([python, "-c", PROGRAM, *at], env, str(tmp_path)))
        assert process_door.wait() == 0
    finally:
        process_door.kill()
        egress.stop()
    said = json.loads((tmp_path / "said.json").read_text())
    assert said["allowed"] == "hello from the origin\n"
    assert said["denied"] == "egress.host"
    assert said["direct"] == "ConnectionRefusedError"
    assert said["outside"] == "OSError"  # there is no route
    assert said["name"] == "gaierror"
    assert [request[1] for request in origin.requests] == [f"localhost:{origin.https}/hello.txt"]
