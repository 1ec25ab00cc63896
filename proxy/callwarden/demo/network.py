"""The demo's outside world: a proxy, such as companies have, that knows four names and reaches nothing else.

The egress door chains a person's own proxy, so the names stand in the log as they would in earnest, and no name is
looked up anywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

NAMES = {
    "mirror": "mirror.example.net:443",
    "drop": "drop.example.org:443",
    "ssh": "bastion.example.org:22",
    "pool": "pool.example.org:3333",
}
CHUNK = 1 << 16


async def serve(ports: Mapping[str, int]) -> asyncio.Server:
    """A CONNECT proxy on loopback; `ports` says where each name really is."""
    there = {NAMES[name]: port for name, port in ports.items()}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split(" ")
            if head[0] == "CONNECT" and head[1] in there:
                await _joined(reader, writer, there[head[1]])
            else:
                writer.write(b"HTTP/1.1 502 Not in this world\r\ncontent-length: 0\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client has left
        finally:
            writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


async def _joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    answers, server = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(_copied(reader, server), _copied(answers, writer))
    finally:
        server.close()


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()
