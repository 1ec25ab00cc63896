"""Seccomp notifications: a system call that waits in the kernel for an answer; see seccomp_unotify(2)."""

from __future__ import annotations

import errno
import fcntl
import struct
from dataclasses import dataclass

_RECEIVE, _SEND, _VALID = 0xC050_2100, 0xC018_2101, 0x4008_2102
_REQUEST = struct.Struct("=QIIiIQ6Q")  # struct seccomp_notif
_RESPONSE = struct.Struct("=QqiI")  # struct seccomp_notif_resp
_CONTINUE = 1


@dataclass(frozen=True)
class Notification:
    """One waiting call: `tid` is the thread, as seen from the supervisor's pid namespace."""

    id: int
    tid: int
    number: int
    arguments: tuple[int, ...]


def receive(descriptor: int) -> Notification | None:
    """The next waiting call; None when it went away meanwhile (its process died)."""
    buffer = bytearray(_REQUEST.size)
    try:
        fcntl.ioctl(descriptor, _RECEIVE, buffer)
    except OSError as problem:
        if problem.errno in (errno.ENOENT, errno.EINTR):
            return None
        raise
    identity, tid, _flags, number, _arch, _ip, *arguments = _REQUEST.unpack(buffer)
    return Notification(identity, tid, number, tuple(arguments))


def valid(descriptor: int, identity: int) -> bool:
    """Whether the call still waits; asked after looking at its process, else the pid may be another's by now."""
    try:
        fcntl.ioctl(descriptor, _VALID, struct.pack("=Q", identity))
    except OSError:
        return False
    return True


def proceed(descriptor: int, identity: int) -> bool:
    """Lets the kernel carry out the call; False when nobody waits for it any more."""
    return _answer(descriptor, _RESPONSE.pack(identity, 0, 0, _CONTINUE))


def fail(descriptor: int, identity: int, error: int) -> bool:
    """Makes the call return -`error`."""
    return _answer(descriptor, _RESPONSE.pack(identity, 0, -error, 0))


def _answer(descriptor: int, response: bytes) -> bool:
    try:
        fcntl.ioctl(descriptor, _SEND, bytearray(response))
    except OSError as problem:
        if problem.errno == errno.ENOENT:
            return False
        raise
    return True
