"""The check at the exec stop: is the new image what was judged?

Arguments are judged from memory that another thread may change before the kernel reads them. So a process whose exec
was allowed is traced until the kernel has copied its arguments and stopped it before its first instruction; then
`/proc/PID/cmdline` and `exe` are compared with what was judged. Another image is killed. If the supervisor dies, every
process it traces dies with it (EXITKILL).

All requests come from one thread, as ptrace demands, and none waits: stops are collected when SIGCHLD says so.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from callwarden.sandbox import ancestry, libc
from callwarden.sandbox.attempt import Expected

SEIZE, _INTERRUPT, _DETACH, _MESSAGE = 0x4206, 0x4207, 17, 0x4201
TRACEEXEC, EXITKILL = 0x10, 0x10_0000
_EVENT_EXEC, _EVENT_STOP = 4, 128
_WALL = 0x4000_0000
# An exec that was let through and failed in the kernel gives no event: after this long the process is let go. Not
# sooner, since a file system in user space may take an interruption of a slow exec for a reason to fail it.
PATIENCE = 0.25


@dataclass
class _Watched:
    call_id: str
    expected: Expected
    due: float


@dataclass(frozen=True)
class Swapped:
    """A process that was killed: it had become something other than what was judged."""

    call_id: str
    pid: int
    reason: str
    argv: list[bytes]


@dataclass(frozen=True)
class Ended:
    """A child of the supervisor's own ended."""

    pid: int
    status: int


class Verifier:
    def __init__(self) -> None:
        self._watched: dict[int, _Watched] = {}

    def seize(self, tid: int, call_id: str, expected: Expected) -> None:
        """Raises `OSError` when the thread can't be traced (it is already, or it has gone)."""
        if tid not in self._watched:
            libc.ptrace(SEIZE, tid, 0, TRACEEXEC | EXITKILL)
        self._watched[tid] = _Watched(call_id, expected, time.monotonic() + PATIENCE)

    def collect(self) -> Iterator[Swapped | Ended]:
        """Handles every stop and end that is there now."""
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG | _WALL)
                if pid == 0:
                    return
                if os.WIFSTOPPED(status):
                    yield from self._stopped(pid, status)
                elif self._watched.pop(pid, None) is None:
                    yield Ended(pid, status)

    def next_due(self) -> float | None:
        """When `let_go` has something to do, on the monotonic clock."""
        return min((watched.due for watched in self._watched.values()), default=None)

    def let_go(self) -> None:
        """Interrupts processes whose exec must have failed; their stop then detaches them."""
        now = time.monotonic()
        for tid, watched in self._watched.items():
            if watched.due <= now:
                watched.due = now + 1
                with suppress(OSError):
                    libc.ptrace(_INTERRUPT, tid)

    def _stopped(self, pid: int, status: int) -> Iterator[Swapped]:
        if status >> 16 == _EVENT_EXEC:
            watched = self._image_of(pid)
            problem = _difference(pid, watched)
            if problem:
                argv = _arguments(pid)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                yield Swapped(watched.call_id if watched else "", pid, problem, argv)
                return
        else:
            self._watched.pop(pid, None)
        _detach(pid, status)

    def _image_of(self, pid: int) -> _Watched | None:
        """An exec by a thread takes over the id of its process; the event tells which thread it was."""
        former = pid
        with suppress(OSError):
            former = libc.ptrace_message(_MESSAGE, pid)
        watched = self._watched.pop(former, None)
        self._watched.pop(pid, None)
        return watched


def _difference(pid: int, watched: _Watched | None) -> str:
    if watched is None:
        return "it was not judged"
    try:
        line = ancestry.command_line(pid)
        status = os.stat(f"/proc/{pid}/exe")  # noqa: PTH116 - a magic link
    except OSError as problem:
        return f"the new image can't be read: {problem.strerror}"
    if (status.st_dev, status.st_ino) != watched.expected.identity:
        return "its program was changed after it was judged"
    if line != watched.expected.command_line:
        return "its arguments were changed after they were judged"
    return ""


def _arguments(pid: int) -> list[bytes]:
    try:
        return ancestry.command_line(pid).split(b"\0")[:-1]
    except OSError:
        return []


def _detach(pid: int, status: int) -> None:
    """Lets a stopped process run on, with the signal it stopped for where it was one."""
    event, stopped_by = status >> 16, os.WSTOPSIG(status)
    with suppress(OSError):
        libc.ptrace(_DETACH, pid, 0, stopped_by if event == 0 else 0)
