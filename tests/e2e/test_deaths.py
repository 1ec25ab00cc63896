"""Whatever part is killed in mid-run: nothing goes out unjudged, nothing more starts, and the log holds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from callwarden.launch import interpreter
from callwarden.launch.testing import Runner, until

if TYPE_CHECKING:
    from callwarden.egress.origin import Origin

BUSY = """
import subprocess, sys, urllib.request
while True:
    for act in (lambda: subprocess.run(["/bin/true"]), lambda: urllib.request.urlopen(sys.argv[1], timeout=5).read()):
        try:
            act()
            did = "did"
        except OSError:
            did = "could not"
        with open("beats", "a") as beats:
            print(did, file=beats)
"""
ASKING = """
import itertools, os, threading
from callwarden.client import Client

def ask(name):
    with Client.connect() as gate:
        for number in itertools.count():
            record = gate.decide({"id": f"{name}-{number}", "kind": "shell", "command": "ls"})["record"]
            os.write(1, f"{record}\\n".encode())

for name in "abc":
    threading.Thread(target=ask, args=(name,)).start()
"""


def part(run: subprocess.Popen[str], module: str) -> int:
    """The process of a run that executes this module."""
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    every = [*children, *(pid for task in Path(f"/proc/{run.pid}/task").iterdir() for pid in _children(task))]
    return next(int(pid) for pid in every if module in Path(f"/proc/{pid}/cmdline").read_bytes().decode())


def _children(task: Path) -> list[str]:
    return (task / "children").read_text().split()


def busy(runner: Runner, origin: Origin) -> subprocess.Popen[str]:
    """A run whose program starts processes and sends requests without end; it has begun to."""
    runner.write("busy.py", BUSY)
    started = runner.start(interpreter.python(), "busy.py", origin.url("/hello.txt"))
    assert until(lambda: len(origin.requests) > 3, 30)
    return started


def judged(runner: Runner) -> int:
    """Requests that were let run, as the log has it."""
    return sum(record["kind"] == "http" and record["data"]["run"] for record in runner.records("decision"))


def still(runner: Runner, origin: Origin) -> None:
    """Nothing happens any more; what reached the server was judged and is on record."""
    beats, requests = (runner.workspace / "beats").read_text(), len(origin.requests)
    time.sleep(0.4)
    assert (runner.workspace / "beats").read_text() == beats
    assert len(origin.requests) == requests
    assert requests <= judged(runner)
    assert runner.command("audit", "verify", "--data", str(runner.data))[0] == 0


def test_when_the_gate_is_killed_everything_ends(runner: Runner, origin: Origin) -> None:
    started = busy(runner, origin)
    started.kill()
    started.communicate(timeout=10)  # returns when nobody is left who holds its output: the program has ended
    still(runner, origin)


def test_when_the_supervisor_is_killed_everything_ends(runner: Runner, origin: Origin) -> None:
    started = busy(runner, origin)
    os.kill(part(started, "callwarden.sandbox.supervisor"), signal.SIGKILL)
    _, err = started.communicate(timeout=15)
    assert started.returncode == 125
    assert "Traceback" not in err
    still(runner, origin)
    assert runner.records("session")[-1]["data"]["event"] == "closed"


def test_when_the_egress_worker_is_killed_requests_wait_for_the_next(runner: Runner, origin: Origin) -> None:
    started = busy(runner, origin)
    worker = part(started, "callwarden.egress.worker")
    os.kill(worker, signal.SIGKILL)
    assert until(lambda: _replaced(started, worker), 15)
    before = len(origin.requests)
    assert until(lambda: len(origin.requests) > before + 2, 15)
    started.terminate()
    _, err = started.communicate(timeout=15)
    assert "the egress worker ended with status -9" in err
    still(runner, origin)


def _replaced(started: subprocess.Popen[str], worker: int) -> bool:
    try:
        return part(started, "callwarden.egress.worker") != worker
    except (StopIteration, OSError):
        return False


def test_no_acknowledged_record_is_lost_when_the_gate_is_killed(runner: Runner) -> None:
    runner.write("asking.py", ASKING)
    runner.environment["PYTHONPATH"] = str(interpreter.client(runner.workspace))
    for _ in range(3):
        started = runner.start(interpreter.python(), "asking.py")
        assert started.stdout
        heard = [next(started.stdout) for _ in range(random.randint(10, 300))]
        started.kill()
        rest, _ = started.communicate(timeout=10)
        heard += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        kept = {record["id"] for record in runner.records("decision")}
        assert {line.strip() for line in heard} <= kept
        assert runner.command("audit", "verify", "--data", str(runner.data))[0] == 0
