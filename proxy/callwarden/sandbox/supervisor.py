"""The process outside the jail: `python -m callwarden.sandbox.supervisor`, a child of `callwarden run`.

One loop, one thread, nothing in it waits: the kernel's notifications go out as questions, the gate's answers go back,
stops are verified, and the jail's and `run`'s messages are handled as they come. It ends with the program's status.

Between it and `run` (`--control-fd`, see `channel`):
    → listeners (descriptors: TCP, DNS), ready, started, refused, swapped, stopped, ended, failed
    ← go, signal
"""

from __future__ import annotations

import argparse
import os
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from callwarden.errors import GateGone
from callwarden.sandbox import channel, hostsockets, launch, terminal
from callwarden.sandbox.execdoor import ExecDoor
from callwarden.sandbox.jail import Jail

OUR_FAULT = 125
SETUP_SECONDS = 30


class Supervisor:
    def __init__(self, jail: Jail, gate: socket.socket, control: socket.socket, scratch: str) -> None:
        self._jail, self._control = jail, control
        self._wake, wake_write = os.pipe()
        for end in (self._wake, wake_write):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGCONT, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self._front = terminal.in_front()
        sockets = hostsockets.bound() if jail.namespaces else []
        self._jailer, self._inside = launch.start(jail, scratch, sockets)
        self._door = ExecDoor(gate, self._jailer, self._report)
        self._status: int | None = None
        self._poll = select.poll()
        self._handlers: dict[int, Callable[[], None]] = {}

    def run(self) -> int:
        try:
            self._set_up()
            while self._status is None:
                self._turn()
        except GateGone as problem:
            self._fault(str(problem))
        except Exception as problem:  # whatever it is, nothing goes on unsupervised
            self._fault(f"the supervisor failed: {type(problem).__name__}: {problem}")
        finally:
            self._kill_jail()
            self._door.refuse_all()
            terminal.take_back(self._door.program)
        self._report({"event": "ended", "status": self._status})
        return OUR_FAULT if self._status is None else self._status

    def _set_up(self) -> None:
        if self._jail.namespaces:
            message, descriptors = self._expect("listeners")
            channel.send(self._control, message, descriptors)
            _close(descriptors)
        _, descriptors = self._expect("filtered")
        if descriptors:
            self._door.notifications = descriptors[0]
        self._report({"event": "ready"})
        go, order = channel.receive(self._control)
        if go is None:
            raise GateGone("`run` went away before the program started")
        self._watch()
        channel.send(self._inside, {"go": True, "foreground": self._front}, order)
        _close(order)

    def _expect(self, event: str) -> tuple[channel.Message, list[int]]:
        self._inside.settimeout(SETUP_SECONDS)
        message, descriptors = channel.receive(self._inside)
        self._inside.settimeout(None)
        if message is None or message.get("event") != event:
            reason = "its process ended" if message is None else message.get("reason", message)
            raise GateGone(f"the jail could not be made: {reason}")
        return message, descriptors

    def _watch(self) -> None:
        self._on(self._wake, self._signalled)
        self._on(self._inside.fileno(), self._from_inside)
        self._on(self._control.fileno(), self._from_run)
        self._on(self._door.gate.fileno(), self._door.answered)
        if self._door.notifications >= 0:
            self._on(self._door.notifications, self._door.noticed)

    def _on(self, descriptor: int, handler: Callable[[], None]) -> None:
        self._handlers[descriptor] = handler
        self._poll.register(descriptor, select.POLLIN)

    def _turn(self) -> None:
        wanted = select.POLLIN | (select.POLLOUT if self._door.unsent else 0)
        self._poll.modify(self._door.gate.fileno(), wanted)
        due = self._door.verifier.next_due()
        for descriptor, events in self._poll.poll(None if due is None else max(0, due - time.monotonic()) * 1000 + 1):
            if descriptor == self._door.notifications and not events & select.POLLIN:
                self._poll.unregister(descriptor)  # hung up: nobody is left under the filter
                continue
            if events & select.POLLOUT:
                self._door.push()
            if events & ~select.POLLOUT:
                self._handlers[descriptor]()
        self._door.verifier.let_go()

    def _signalled(self) -> None:
        os.read(self._wake, 4096)
        for outcome in self._door.collect():
            if outcome.pid == self._jailer:
                self._jail_ended(os.waitstatus_to_exitcode(outcome.status))

    def _jail_ended(self, code: int) -> None:
        """Pid 1 has usually said so before, with the program's own status; else it was killed."""
        if self._status is None:
            self._status = code if code >= 0 else OUR_FAULT

    def _from_inside(self) -> None:
        message, _ = channel.receive(self._inside)
        if message is None:
            self._poll.unregister(self._inside.fileno())  # its end is seen as the end of a child
        elif message["event"] == "ended":
            self._status = int(message["status"])
        elif message["event"] == "stopped":
            self._suspend(int(message["signal"]))
        else:
            self._fault(str(message.get("reason", message)))

    def _from_run(self) -> None:
        message, _ = channel.receive(self._control)
        if message is None:
            raise GateGone("`run` has gone")
        number = int(message["signal"])
        if number == signal.SIGKILL:
            self._status = 128 + number
        else:
            channel.send(self._inside, {"signal": number})

    def _suspend(self, number: int) -> None:
        """Ctrl-Z, or a background job that wants the terminal: the whole job stops, and goes on together."""
        if terminal.in_front():
            return  # `run` has it, to ask a person; it wakes the program when it gives it back
        if self._door.program and terminal.stop_job(number, self._door.program):
            channel.send(self._inside, {"signal": int(signal.SIGCONT)})

    def _fault(self, reason: str) -> None:
        self._report({"event": "failed", "reason": reason})
        sys.stderr.write(f"callwarden: {reason}\n")
        self._status = OUR_FAULT

    def _kill_jail(self) -> None:
        """Pid 1 of the jail dies with the jailer, and everything in its PID namespace with pid 1."""
        self._inside.close()
        with suppress(ProcessLookupError):
            os.kill(self._jailer, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._jailer, 0)

    def _report(self, message: dict[str, Any]) -> None:
        channel.send(self._control, message, wait=False)  # what matters is on record with the gate


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _ignore_terminal_signals() -> None:
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTTOU, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)


def _take(descriptor: int) -> socket.socket:
    os.set_inheritable(descriptor, False)
    return socket.socket(fileno=descriptor)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="callwarden.sandbox.supervisor")
    for name in ("gate-fd", "control-fd", "config-fd"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--scratch", required=True)
    options = parser.parse_args(arguments)
    with os.fdopen(options.config_fd) as config:
        jail = Jail.loaded(config.readline())
    _ignore_terminal_signals()
    gate, control = _take(options.gate_fd), _take(options.control_fd)
    try:
        return Supervisor(jail, gate, control, options.scratch).run()
    finally:  # `run` does this too, unless it was killed
        shutil.rmtree(Path(options.scratch).parent, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
