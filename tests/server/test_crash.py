"""A gate killed in mid-work: its clients know at once, and whatever they were told is on record."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from callwarden.audit.chain import verify
from callwarden.audit.reader import Reader
from callwarden.audit.sqlite import AuditLog
from callwarden.client import Client
from callwarden.errors import GateGone

GATE = """
import sys, threading
from pathlib import Path
from callwarden.call import Session
from callwarden.gate import Gate
from callwarden.server.socket import Server
from callwarden.testing import Answering

directory = Path(sys.argv[1])
gate = Gate.open(directory / "data", engine=Answering(), tables={}, resolve=False)
gate.open_session(Session(id="s"))
Server(gate).listen(directory / "run" / "gate.sock", session="s")
print("ready", flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("round_", range(2))
def test_what_a_client_was_told_is_on_record_and_then_the_gate_is_gone(tmp_path: Path, round_: int) -> None:
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", GATE, str(tmp_path)]
    told: list[str] = []
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as gate:
        assert gate.stdout
        assert gate.stdout.readline() == b"ready\n"
        with Client.connect(tmp_path / "run" / "gate.sock") as client:
            threads = [threading.Thread(target=_ask, args=(client, name, told)) for name in "ab"]
            for thread in threads:
                thread.start()
            while len(told) < 20 + 30 * round_:
                time.sleep(0.005)
            gate.send_signal(signal.SIGKILL)
            for thread in threads:
                thread.join(10)
                assert not thread.is_alive()
            with pytest.raises(GateGone):
                client.decide({"id": "late", "kind": "shell", "command": "ls"})
    with AuditLog(tmp_path / "data") as log, Reader(tmp_path / "data") as reader:
        assert verify(reader.lines(), log.head).intact
        assert set(told) <= {record["id"] for record in reader.records()}


def _ask(client: Client, name: str, told: list[str]) -> None:
    """Asks until the gate is gone."""
    number = 0
    try:
        while True:
            number += 1
            told.append(client.decide({"id": f"{name}{number}", "kind": "shell", "command": "ls"})["record"])
    except GateGone:
        return
