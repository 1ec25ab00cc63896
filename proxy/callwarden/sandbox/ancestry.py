"""Where a process came from: the command lines of its parents, nearest first."""

from __future__ import annotations

import os
from functools import cache

MAX_ANCESTORS = 32
MAX_TEXT = 256
_CHUNK = 1 << 16


def text(argv: list[bytes]) -> str:
    """One line for an argument list, cut to a readable length."""
    joined = " ".join(decoded(argument) for argument in argv[:64])
    return joined if len(joined) <= MAX_TEXT else joined[: MAX_TEXT - 1] + "…"


def program(argv: list[bytes]) -> str:
    """What a process calls itself, for a message."""
    return decoded(argv[0]).rpartition("/")[2][:MAX_TEXT] or "a program" if argv else "a program"


def decoded(argument: bytes) -> str:
    """Arguments are bytes; what is not UTF-8 is shown escaped."""
    return argument.decode("utf-8", "backslashreplace")


def parent(pid: int) -> int:
    """0 where the process is gone."""
    try:
        status = content(f"/proc/{pid}/stat")
        return int(status[status.rindex(b")") + 1 :].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def command_line(pid: int) -> bytes:
    return content(f"/proc/{pid}/cmdline")


def of(pid: int, jailer: int) -> list[str]:
    """From the image that `pid` has now, upwards to the program; `jailer` is the parent of pid 1 of the jail.

    A child that was forked to exec still has its parent's image: equal neighbours are one.
    """
    lines: list[str] = []
    own = _own_line()
    for _ in range(MAX_ANCESTORS):
        above = parent(pid)
        if above in (0, jailer):
            break
        line = _line(pid)
        if line and line != own and (not lines or lines[-1] != line):
            lines.append(line)
        pid = above
    return lines


@cache
def _own_line() -> str:
    """The supervisor's, which is what a child of pid 1 still has until its first exec."""
    return _line(os.getpid())


def _line(pid: int) -> str:
    try:
        return text(command_line(pid).split(b"\0")[:-1])
    except OSError:
        return ""


def content(path: str) -> bytes:
    """A file of procfs, which gives less than was asked for only at its end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = piece = os.read(descriptor, _CHUNK)
        while len(piece) == _CHUNK:
            piece = os.read(descriptor, _CHUNK)
            data += piece
        return data
    finally:
        os.close(descriptor)
