"""One exec that waits: read out of its process, as the `exec` call that the gate is asked about."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass
from typing import Any

from callwarden.sandbox import ancestry, image, libc
from callwarden.sandbox.image import Image, Unknowable
from callwarden.sandbox.memory import Memory, Unreadable
from callwarden.sandbox.notify import Notification
from callwarden.sandbox.originals import Originals

MAX_PATH = 4096  # PATH_MAX
_STATUS = re.compile(rb"^Tgid:\t(\d+)$.*^TracerPid:\t(\d+)$", re.MULTILINE | re.DOTALL)


class Refused(Exception):
    """The door itself refuses: what would run can't be known. `rule` is its name in the log."""

    def __init__(self, rule: str, reason: str, argv: list[bytes] | None = None) -> None:
        super().__init__(reason)
        self.rule = f"process.{rule}"
        self.argv = argv or []

    @property
    def name(self) -> str:
        return ancestry.program(self.argv)


@dataclass(frozen=True)
class Expected:
    """What the process must be at its exec stop: its `/proc/PID/cmdline` and the identity of its `exe`."""

    command_line: bytes
    identity: tuple[int, int]


@dataclass(frozen=True)
class Attempt:
    pid: int
    exe: str
    argv: list[bytes]
    cwd: str
    expected: Expected

    def call(self, identity: str, jailer: int) -> dict[str, Any]:
        return {
            "id": identity,
            "kind": "exec",
            "argv": [ancestry.decoded(argument) for argument in self.argv],
            "exe": self.exe,
            "cwd": self.cwd,
            "pid": self.pid,
            "ancestry": ancestry.of(self.pid, jailer),
        }


def read(notification: Notification, originals: Originals) -> Attempt:
    """Raises `OSError` with what the kernel itself would answer (no such file, not executable), or `Refused`."""
    tid = notification.tid
    pid, tracer = _status(tid)
    if tracer not in (0, os.getpid()):
        raise Refused("traced", f"the process is traced by another (pid {tracer}), so what it runs can't be checked")
    folder, path_at, argv_at, flags = _arguments(notification)
    try:
        with Memory(tid) as memory:
            path = memory.string(path_at, MAX_PATH)
            given = memory.strings(argv_at) or [b""]  # the kernel adds one (since 5.18)
    except Unreadable as problem:
        raise Refused("unreadable", str(problem)) from None
    try:
        found = image.opened(tid, folder, path, flags)
        final, argv = image.interpreted(tid, found, image.filename(folder, path), given)
    except Unknowable as problem:
        raise Refused("unnamed", str(problem), given) from None
    try:
        exe = originals.name(final)
    finally:
        final.close()
    return Attempt(pid, exe, argv, _cwd(tid), _expected(final, argv))


def leader(tid: int) -> int:
    """The process that a thread belongs to; the thread itself where that can't be read."""
    try:
        return _status(tid)[0]
    except OSError:
        return tid


def _expected(final: Image, argv: list[bytes]) -> Expected:
    return Expected(b"".join(argument + b"\0" for argument in argv), final.identity)


def _arguments(notification: Notification) -> tuple[int, int, int, int]:
    """Folder, address of the path, address of argv, flags; execveat has the folder first and flags last."""
    given = notification.arguments
    if notification.number == libc.number("execve"):
        return libc.AT_FDCWD, given[0], given[1], 0
    folder = int.from_bytes((given[0] & 0xFFFF_FFFF).to_bytes(4, "little"), "little", signed=True)
    return folder, given[1], given[2], given[4]


def _status(tid: int) -> tuple[int, int]:
    """Process and tracer of a thread."""
    found = _STATUS.search(ancestry.content(f"/proc/{tid}/status"))
    if found is None:
        raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
    return int(found[1]), int(found[2])


def _cwd(tid: int) -> str:
    cwd = os.readlink(f"/proc/{tid}/cwd")  # noqa: PTH115 - a magic link
    return cwd if cwd.isprintable() else ancestry.decoded(os.fsencode(cwd))
