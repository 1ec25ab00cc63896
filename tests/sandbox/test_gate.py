"""The process door with a real gate: what was refused is on record, by whomever."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from callwarden.sandbox.door import ProcessDoor
from callwarden.sandbox.jail import Jail, Program
from callwarden.server.socket import Server
from callwarden.testing import Answering, gate_of, records


@pytest.mark.parametrize("effect", ["allow", "deny"])
def test_execs_are_decided_and_recorded(tmp_path: Path, effect: str) -> None:
    with gate_of(Answering(effect)) as gate:
        server = Server(gate)
        ours, theirs = socket.socketpair()
        server.serve(ours, session="s", door="process")
        door = ProcessDoor(theirs, Jail(str(tmp_path), str(tmp_path)), quiet=True)
        listeners = door.prepare()
        source = "import os; f = os.memfd_create('x'); os.write(f, b'#!/bin/sh\\n'); os.execve(f, ['miner'], {})"
        door.start(Program([sys.executable, "-c", source], dict(os.environ), str(tmp_path)))
        status = door.wait()
        server.close()
        seen = [record for record in records(gate.log, "decision") if record["door"] == "process"]
        assert listeners is not None
        os.close(listeners.tcp)
        os.close(listeners.dns)
    rules = [record["findings"][0]["rule"] for record in seen]
    assert (status, rules) == {
        "allow": (1, ["test.rule", "process.unnamed"]),
        "deny": (126, ["test.rule"]),
    }[effect]
