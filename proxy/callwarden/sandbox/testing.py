"""For tests of doors: a gate that answers by function, a program run behind the process door with it, a terminal."""

from __future__ import annotations

import json
import os
import pty
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callwarden.sandbox.door import Event, Listeners, ProcessDoor
from callwarden.sandbox.jail import Jail, Program

Judge = Callable[[dict[str, Any]], bool]


def everything(_call: dict[str, Any]) -> bool:
    return True


class AnsweringGate:
    """The gate's end of a door's socketpair. `judge` says whether a call may run; it may take its time."""

    def __init__(self, judge: Judge = everything) -> None:
        self.door, self._gate = socket.socketpair()
        self.calls: list[dict[str, Any]] = []
        self.refused: list[dict[str, Any]] = []
        self._judge = judge
        self._sending = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    def end(self) -> None:
        with suppress(OSError):
            self._gate.shutdown(socket.SHUT_RDWR)

    def programs(self) -> list[str]:
        """The last part of each executable asked about, in order."""
        return [Path(call["exe"]).name for call in self.calls]

    def _serve(self) -> None:
        with suppress(ConnectionResetError), self._gate, self._gate.makefile("rb") as lines:
            for line in lines:
                message = json.loads(line)
                if message["op"] == "decide":
                    self.calls.append(message["call"])
                    self._answered(message)
                else:
                    self.refused.append(message)

    def _answered(self, message: dict[str, Any]) -> None:
        if self._judge is everything:
            self._answer(message)
        else:
            threading.Thread(target=self._answer, args=(message,), daemon=True).start()

    def _answer(self, message: dict[str, Any]) -> None:
        run = self._judge(message["call"])
        finding = {"rule": "test.no", "reason": "not in this test", "help": "ask the test"}
        answer = {"seq": message["seq"], "run": run, "decision": {"findings": [] if run else [finding]}}
        with self._sending, suppress(OSError):
            self._gate.sendall(json.dumps(answer).encode() + b"\n")


@dataclass
class Outcome:
    status: int
    out: str
    err: str
    gate: AnsweringGate
    events: list[Event] = field(default_factory=list)


def ran(
    argv: Sequence[str],
    workspace: Path,
    judge: Judge = everything,
    *,
    jail: Jail | None = None,
    env: Mapping[str, str] | None = None,
    user: int | None = None,
    python: str = sys.executable,
) -> Outcome:
    """Runs a program behind the process door, in a process of its own, so that its output can be collected.

    As `user`, if given (which only root may), with an interpreter that this user can read.
    """
    gate = AnsweringGate(judge)
    order = {
        "jail": (jail or Jail(workspace=str(workspace), home=str(workspace))).dumped(),
        "program": Program(list(argv), dict(os.environ if env is None else env), str(workspace)).dumped(),
    }
    with gate.door:
        done = subprocess.run(
            [python, "-P", "-m", "callwarden.sandbox.testing", str(gate.door.fileno())],
            input=json.dumps(order),
            pass_fds=[gate.door.fileno()],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    errors, _, report = done.stderr.rpartition("\n")
    return Outcome(done.returncode, done.stdout, errors, gate, json.loads(report))


class Terminal:
    """A program on a terminal of its own; what it writes is collected while something is awaited."""

    def __init__(self, folder: Path, *argv: str, env: Mapping[str, str] | None = None) -> None:
        self.seen = ""
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *argv],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)} if env is None else dict(env),
            stdin=slave,
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def shows(self, text: str, seconds: float = 15) -> None:
        self._until(lambda: text in self.seen, seconds, text)

    def _until(self, done: Callable[[], bool], seconds: float, what: str) -> None:
        os.set_blocking(self._master, False)
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"{what!r} never came: {self.seen}"
            try:
                self.seen += os.read(self._master, 4096).decode()
            except BlockingIOError:
                time.sleep(0.01)
            except OSError:
                assert done(), f"ended without {what!r}: {self.seen}"

    def close(self) -> int:
        """The status of the program, which ends by itself; it would not, once its terminal has gone."""
        try:
            return self._process.wait(15)
        finally:
            os.close(self._master)


def started(gate: AnsweringGate, jail: Jail, program: Program) -> tuple[ProcessDoor, Listeners | None]:
    """A door in this process, with the program running; the caller waits for it."""
    door = ProcessDoor(gate.door, jail)
    listeners = door.prepare()
    door.start(program)
    return door, listeners


def _main() -> int:
    order = json.load(sys.stdin)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    events: list[Event] = []
    door = ProcessDoor(socket.socket(fileno=int(sys.argv[1])), Jail.loaded(order["jail"]), events.append)
    try:
        door.prepare()
        door.start(Program.loaded(order["program"]))
        return door.wait()
    finally:
        sys.stderr.write(f"\n{json.dumps(events)}")


if __name__ == "__main__":
    sys.exit(_main())
