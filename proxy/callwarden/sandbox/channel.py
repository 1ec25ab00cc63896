"""JSON messages with descriptors over a SOCK_SEQPACKET pair: between `run`, the supervisor and the jail."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Sequence
from typing import Any

MAX_MESSAGE = 1 << 16
Message = dict[str, Any]


def pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(channel: socket.socket, message: Message, descriptors: Sequence[int] = (), *, wait: bool = True) -> bool:
    """False when nobody is at the other end, or nobody has read for long and it is not worth waiting."""
    flags = socket.MSG_NOSIGNAL | (0 if wait else socket.MSG_DONTWAIT)
    try:
        socket.send_fds(channel, [json.dumps(message).encode()], list(descriptors), flags)
    except (BrokenPipeError, ConnectionResetError, BlockingIOError):
        return False
    return True


def receive(channel: socket.socket, descriptors: int = 4) -> tuple[Message | None, list[int]]:
    """The next message and its descriptors (close-on-exec); None at the end."""
    try:
        data, received, _flags, _address = socket.recv_fds(channel, MAX_MESSAGE, descriptors, socket.MSG_CMSG_CLOEXEC)
    except ConnectionResetError:
        return None, []
    for descriptor in received:
        os.set_inheritable(descriptor, False)
    return (json.loads(data) if data else None), list(received)
