"""The process door, as `callwarden run` uses it.

    door = ProcessDoor(gate_socket, jail)
    listeners = door.prepare()      # the jail is up, nothing runs in it; the egress worker gets the descriptors
    door.start(Program(argv, env, cwd))
    status = door.wait()

The supervisor is a process of its own, spawned and not forked: the gate process must never fork.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import callwarden
from callwarden.errors import DoorError
from callwarden.sandbox import channel, environment, placeholders, terminal
from callwarden.sandbox.jail import Jail, Program

SETUP_SECONDS = 60
GRACE_SECONDS = 5.0
Event = dict[str, Any]


@dataclass(frozen=True)
class Listeners:
    """Sockets that were made in the jail's network namespace; `port` is the proxy's, on the jail's 127.0.0.1."""

    tcp: int
    dns: int
    port: int


class ProcessDoor:
    """`gate_socket` is one end of a socketpair whose other end the gate serves as a door; it is handed over.

    `on_event` is told, from the thread that waits, what the supervisor reports: `refused` (rule, reason, pid) for what
    could not be asked about, `swapped` (call, pid, reason) for a process that was killed, `failed` (reason).
    """

    def __init__(
        self,
        gate_socket: socket.socket,
        jail: Jail,
        on_event: Callable[[Event], None] = lambda _: None,
        *,
        quiet: bool = False,
    ) -> None:
        self._quiet = quiet
        self._jail = jail
        self._gate = gate_socket
        self._on_event = on_event
        self._control, self._theirs = channel.pair()
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._placed: list[Path] = []
        self._front = terminal.in_front()

    @property
    def pid(self) -> int:
        """The supervisor's."""
        return self._running().pid

    def prepare(self) -> Listeners | None:
        """Makes the jail. None without namespaces. Raises `DoorError` when it can't be made; nothing is left then.

        The descriptors are the caller's to close, once the egress worker has them.
        """
        try:
            if self._jail.namespaces:
                self._placed = placeholders.put(self._jail)
            self._spawn()
            return self._made()
        except BaseException:
            self.close()
            raise

    def _made(self) -> Listeners | None:
        listeners = None
        while True:
            message, descriptors = self._receive()
            if message["event"] == "listeners":
                listeners = Listeners(descriptors[0], descriptors[1], message["port"])
            elif message["event"] == "ready":
                return listeners
            else:
                raise DoorError(str(message.get("reason", "the jail could not be made")))

    def start(self, program: Program) -> None:
        """Lets the program start; its environment is cleaned of the ways to the person's own sessions."""
        env = environment.cleaned(program.env, self._jail)
        with tempfile.TemporaryFile() as order:  # of any size, so not in a message
            order.write(replace(program, env=env).dumped().encode())
            order.seek(0)
            if not channel.send(self._control, {"go": True}, [order.fileno()]):
                raise DoorError("the supervisor has gone")

    def wait(self) -> int:
        """Until the program and everything it started has ended: its exit status, 128 + N for signal N."""
        while True:
            message, _ = channel.receive(self._control)
            if message is None:
                break
            self._on_event(message)
        code = self._running().wait()
        self._control.close()
        self._left()
        if self._front:  # the supervisor does this too, unless it was killed
            terminal.to_front(os.getpgrp())
        return code if code >= 0 else 125

    def terminate(self, number: int = signal.SIGTERM) -> None:
        """Asks the program to end; what is still there after the grace is killed. From any thread, once or often."""
        with suppress(OSError):  # it has ended meanwhile
            channel.send(self._control, {"signal": int(number)})
        timer = threading.Timer(GRACE_SECONDS, self.kill)
        timer.daemon = True
        timer.start()

    def kill(self) -> None:
        with suppress(OSError):
            channel.send(self._control, {"signal": int(signal.SIGKILL)})

    def _left(self) -> None:
        """The jail's `/tmp` goes with it, also when the supervisor was killed."""
        placeholders.remove(self._placed, self._jail)
        if self._scratch is not None:
            self._scratch.cleanup()

    def close(self) -> None:
        """Leaves, for when `wait` will not be called: a supervisor that is still there kills the jail and ends."""
        for end in (self._control, self._theirs, self._gate):
            end.close()
        if self._process is not None:
            self._process.wait()
        self._left()

    def _spawn(self) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="callwarden-", ignore_cleanup_errors=True)
        temporary = Path(self._scratch.name, "tmp")  # nobody else gets into the folder around it
        temporary.mkdir()
        temporary.chmod(0o1777)
        read, write = os.pipe()
        given = (self._gate.fileno(), self._theirs.fileno(), read)
        names = ("--gate-fd", "--control-fd", "--config-fd")
        options = [text for name, number in zip(names, given, strict=True) for text in (name, str(number))]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "callwarden.sandbox.supervisor", *options, "--scratch", str(temporary)],
            pass_fds=given,
            env=_own_environment(),
            stderr=subprocess.DEVNULL if self._quiet else None,
        )
        os.close(read)
        self._theirs.close()
        self._gate.close()
        with os.fdopen(write, "w") as config:
            config.write(f"{self._jail.dumped()}\n")

    def _receive(self) -> tuple[Event, list[int]]:
        self._control.settimeout(SETUP_SECONDS)
        try:
            message, descriptors = channel.receive(self._control)
        except TimeoutError:
            self._running().kill()
            raise DoorError(f"the jail was not ready within {SETUP_SECONDS} s") from None
        finally:
            self._control.settimeout(None)
        if message is None:
            raise DoorError("the supervisor ended before the jail was ready")
        return message, descriptors

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise DoorError("the process door was not prepared")
        return self._process


def _own_environment() -> dict[str, str]:
    """Nothing of the person's: the supervisor needs to find this package."""
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "LC_CTYPE") if name in os.environ}
    return {**kept, "PATH": os.defpath, "PYTHONPATH": str(Path(callwarden.__file__).parents[1])}
