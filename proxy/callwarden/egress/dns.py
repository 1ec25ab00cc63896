"""A name server inside the jail that knows nothing: names are resolved by the proxy, so that none leaks by asking."""

from __future__ import annotations

import asyncio
import struct
from typing import cast

from callwarden.egress import names
from callwarden.egress.asking import Asking

REFUSED = 5  # RFC 1035, 4.1.1
_TYPES = {1: "A", 28: "AAAA", 16: "TXT", 15: "MX", 5: "CNAME", 2: "NS", 12: "PTR", 33: "SRV", 65: "HTTPS", 255: "ANY"}
MAX_NAMES = 1024  # recorded; a tunnel through names would make a record of every packet


def question(packet: bytes) -> tuple[str, str, int] | None:
    """Name, type and the end of the first question of a query; None for what is no query."""
    if len(packet) < 17 or packet[2] & 0x80 or struct.unpack_from("!H", packet, 4)[0] != 1:
        return None
    labels, at = [], 12
    while at < len(packet) and (size := packet[at]):
        if size > 63:
            return None
        labels.append(packet[at + 1 : at + 1 + size].decode("latin-1"))
        at += 1 + size
    if at + 5 > len(packet):
        return None
    kind = struct.unpack_from("!H", packet, at + 1)[0]
    return ".".join(labels), _TYPES.get(kind, f"TYPE{kind}"), at + 5


def refusal(packet: bytes, end: int) -> bytes:
    """The answer to a query: the question, and `REFUSED`."""
    flags = 0x8000 | (packet[2] & 0x79) << 8 | REFUSED
    return packet[:2] + struct.pack("!HHHHH", flags, 1, 0, 0, 0) + packet[12:end]


class Responder(asyncio.DatagramProtocol):
    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._seen: set[tuple[str, str]] = set()
        self._recording: set[asyncio.Task[None]] = set()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # on 3.11 it is one, but no instance of it

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asked = question(data)
        if asked is None or self._transport is None:
            return
        name, kind, end = asked
        self._transport.sendto(refusal(data, end), addr)
        key = names.canonical(name), kind
        if key[0] and key not in self._seen and len(self._seen) < MAX_NAMES:
            self._seen.add(key)
            task = asyncio.get_running_loop().create_task(self._record(*key))
            self._recording.add(task)
            task.add_done_callback(self._recording.discard)

    async def _record(self, name: str, kind: str) -> None:
        call_id, ruling = await self._asking.decide("dns", name=name, type=kind)
        if ruling.run:
            self._asking.complete(call_id, refused="door.dns", reason="names are resolved by the proxy")
