"""One line on the standard error of a process whose exec was refused, written from outside and never waiting."""

from __future__ import annotations

import fcntl
import os
import select
import socket
import stat
from contextlib import suppress
from typing import Any

from callwarden.sandbox import libc

MAX_LINE = 2048  # under PIPE_BUF, so that a line is never torn


def line(name: str, rule: str, reason: str, help: str = "") -> bytes:
    """The text; control characters are gone, since a reason may quote what the agent wrote."""
    parts = f"callwarden: refused {name}: {rule}: {reason}" + (f" — {help}" if help else "")
    clean = "".join(c if c.isprintable() else "?" for c in parts.replace("\n", " "))
    return clean.encode("utf-8", "replace")[: MAX_LINE - 1] + b"\n"


def leading(answer: dict[str, Any]) -> tuple[str, str, str]:
    """Rule, reason and help to show from a gate's answer."""
    finding = answer.get("finding") or next(iter(answer.get("decision", {}).get("findings", [])), None)
    if not isinstance(finding, dict):
        return "gate.refused", str(answer.get("error") or "the gate refused it"), ""
    return str(finding.get("rule")), str(finding.get("reason")), str(finding.get("help") or "")


def tell(pid: int, text: bytes) -> None:
    """Writes to descriptor 2 of `pid`; whatever is in the way, the refusal itself stands."""
    with suppress(OSError):
        theirs = _taken(pid)
        try:
            _write(theirs, text)
        finally:
            os.close(theirs)


def _taken(pid: int) -> int:
    """Their descriptor, or where a container forbids that, their file opened once more (which a socket can't be)."""
    process = os.pidfd_open(pid)
    try:
        return libc.syscall("pidfd_getfd", process, 2, 0)
    except OSError:
        flags = os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        return os.open(f"/proc/{pid}/fd/2", flags)
    finally:
        os.close(process)


def _write(descriptor: int, text: bytes) -> None:
    """The descriptor shares its flags with the process, so O_NONBLOCK is set on another opening of the same thing."""
    if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        return
    kind = os.fstat(descriptor).st_mode
    if stat.S_ISREG(kind):
        os.write(descriptor, text)
    elif stat.S_ISSOCK(kind):
        with socket.socket(fileno=os.dup(descriptor)) as theirs:
            theirs.send(text, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
    else:
        _write_reopened(descriptor, text)


def _write_reopened(descriptor: int, text: bytes) -> None:
    try:
        again = os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:  # somebody else's pipe or terminal: write only where there is room
        poll = select.poll()
        poll.register(descriptor, select.POLLOUT)
        if poll.poll(0) == [(descriptor, select.POLLOUT)]:
            os.write(descriptor, text[:512])
        return
    try:
        os.write(again, text)
    finally:
        os.close(again)
