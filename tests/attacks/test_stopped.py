"""A part that is stopped and not dead: whatever it should answer waits, and nothing goes on meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from callwarden.launch.testing import Runner, until

pytestmark = pytest.mark.xdist_group("run")

STEADY = "i=0; while [ $i -lt 1000 ]; do /bin/true; i=$((i+1)); echo $i > beats; sleep 0.02; done"


def supervisor(run: subprocess.Popen[str]) -> int:
    tasks = Path(f"/proc/{run.pid}/task").iterdir()
    children = [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
    return next(pid for pid in children if b"sandbox.supervisor" in Path(f"/proc/{pid}/cmdline").read_bytes())


@pytest.mark.parametrize("part", ["gate", "supervisor"])
def test_execs_wait_for_a_part_that_is_stopped(runner: Runner, part: str) -> None:
    beats = runner.workspace / "beats"
    runner.write("steady.sh", STEADY)
    started = runner.start("/bin/sh", "steady.sh")
    assert until(lambda: beats.exists() and beats.read_text() != "", 30)
    stopped = started.pid if part == "gate" else supervisor(started)
    os.kill(stopped, signal.SIGSTOP)
    time.sleep(0.3)  # one that was answered already may still end
    before = beats.read_text()
    time.sleep(0.7)
    assert beats.read_text() == before
    os.kill(stopped, signal.SIGCONT)
    assert until(lambda: beats.read_text() not in {"", before})
