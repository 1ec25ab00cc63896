"""Questions to the gate that are still open, over the descriptor the supervisor inherited. Nothing here waits.

Many can be open: each has a `seq`, and answers come in any order. Anything that is not an answer to one of them means
that the gate can't be trusted any more, which is the same as its being gone.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from callwarden.errors import GateGone

MAX_LINE = 4 << 20  # the gate's own limit
Asker = TypeVar("Asker")


class TooLong(ValueError):
    """The question can't be put: longer than the gate reads."""


class Questions(Generic[Asker]):
    def __init__(self, gate: socket.socket) -> None:
        gate.setblocking(False)
        self._gate = gate
        self._open: dict[int, Asker] = {}
        self._unsent = bytearray()
        self._unread = bytearray()
        self._seq = 0

    @property
    def unsent(self) -> bool:
        return bool(self._unsent)

    def ask(self, asker: Asker, message: dict[str, Any]) -> None:
        """Sends what can be sent now; `push` the rest when the socket takes it."""
        self._seq += 1
        line = json.dumps({"seq": self._seq, **message}).encode() + b"\n"
        if len(line) > MAX_LINE:
            raise TooLong
        self._open[self._seq] = asker
        self._unsent += line
        self.push()

    def push(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: self._gate.send(self._unsent, socket.MSG_NOSIGNAL)]
        except BlockingIOError:
            return
        except OSError as problem:
            raise GateGone(f"the gate does not answer: {problem}") from None

    def answers(self) -> Iterator[tuple[Asker, dict[str, Any]]]:
        """What has come, each with its asker. Raises `GateGone` at the end of the stream."""
        self._unread += self._received()
        *lines, rest = self._unread.split(b"\n")
        self._unread = rest
        for line in lines:
            yield self._matched(bytes(line))

    def dropped(self) -> list[Asker]:
        """All that will not be answered any more."""
        left = list(self._open.values())
        self._open.clear()
        return left

    def _received(self) -> bytes:
        try:
            data = self._gate.recv(1 << 18)
        except BlockingIOError:
            return b""
        except OSError as problem:
            raise GateGone(f"the gate does not answer: {problem}") from None
        if not data:
            raise GateGone("the gate has gone")
        return data

    def _matched(self, line: bytes) -> tuple[Asker, dict[str, Any]]:
        try:
            answer = json.loads(line)
            return self._open.pop(answer["seq"]), answer
        except (ValueError, KeyError, TypeError):
            raise GateGone("the gate's answer can't be read") from None
