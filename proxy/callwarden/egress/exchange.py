"""What is under way in the worker: tunnels, and requests with the bytes they moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from callwarden.egress.asking import Asking
from callwarden.egress.identity import Target
from callwarden.egress.ruling import Ruling

MAX_NOTES = 512


@dataclass(slots=True)
class Tunnel:
    """An accepted CONNECT. One that the gate refused is accepted too: its requests get to read why.

    `client` is what the client calls itself, for people to read.
    """

    target: Target
    call_id: str
    ruling: Ruling
    client: str = ""
    started: int = field(default_factory=time.monotonic_ns)
    requests: int = 0


@dataclass(slots=True)
class Exchange:
    """One request that was let run, until it is completed. Sizes in bytes, of bodies."""

    call_id: str
    sent: int
    started: int = field(default_factory=time.monotonic_ns)
    status: int = 0
    received: int = 0
    uninspected: bool = False

    def count_received(self, chunk: bytes) -> bytes:
        self.received += len(chunk)
        return chunk

    def count_sent(self, chunk: bytes) -> bytes:
        self.sent += len(chunk)
        return chunk

    def result(self) -> dict[str, int | str]:
        return {
            "status": self.status,
            "bytes": self.received,
            "sent_bytes": self.sent,
            "duration_us": elapsed(self.started),
            **({"uninspected": 1} if self.uninspected else {}),
        }


class Traffic:
    """Shared by the addons: by client connection, its tunnel and its requests. `note` tells the person something."""

    def __init__(self, asking: Asking, note: Callable[[str], None]) -> None:
        self.asking = asking
        self.note = note
        self._noted: set[str] = set()
        self.tunnels: dict[str, Tunnel] = {}
        self._exchanges: dict[str, dict[str, Exchange]] = {}

    def note_once(self, text: str) -> None:
        """A client that tries again and again is told about once; past a bound nothing is told any more."""
        if text not in self._noted and len(self._noted) < MAX_NOTES:
            self._noted.add(text)
            self.note(text)

    def begin(self, client: str, exchange: Exchange) -> None:
        self._exchanges.setdefault(client, {})[exchange.call_id] = exchange

    def end(self, client: str, exchange: Exchange, **more: str) -> None:
        """Completes an exchange, once."""
        if self._exchanges.get(client, {}).pop(exchange.call_id, None):
            self.asking.complete(exchange.call_id, **exchange.result(), **more)

    def close(self) -> None:
        """Everything ends here."""
        for client in {*self._exchanges, *self.tunnels}:
            self.gone(client)

    def gone(self, client: str) -> None:
        """The client has hung up: whatever it had under way ends here."""
        for exchange in list(self._exchanges.get(client, {}).values()):
            self.end(client, exchange, error="the connection ended before the response did")
        self._exchanges.pop(client, None)
        tunnel = self.tunnels.pop(client, None)
        if tunnel and tunnel.ruling.run:
            self.asking.complete(tunnel.call_id, requests=tunnel.requests, duration_us=elapsed(tunnel.started))


def elapsed(since: int) -> int:
    """Microseconds."""
    return (time.monotonic_ns() - since) // 1000
