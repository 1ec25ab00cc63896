"""A small HTTPS server: it counts its requests and answers each with one package's index page."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

PAGE = b'{"name": "tinymath", "versions": ["1.0.0", "1.1.0"]}\n'
LIMIT = 1 << 20  # bytes of a body it would take
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(
    PAGE
)


async def serve(reached: Callable[[], None], tls: ssl.SSLContext) -> asyncio.Server:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _request(reader)
            reached()
            writer.write(HEAD + PAGE)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever it was has left; nothing was counted
        finally:
            writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)


async def _request(reader: asyncio.StreamReader) -> None:
    """Reads one request to its end, so that a client that posts is never cut off."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, length = head.partition(b"content-length:")
    await reader.readexactly(min(int(length.split(b"\r\n")[0] or 0), LIMIT) if length else 0)
