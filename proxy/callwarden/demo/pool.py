"""A mining pool that speaks as much Stratum as a miner needs to begin: it counts log-ins and hands out a job."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

JOB = {"id": 1, "jsonrpc": "2.0", "result": {"id": "1", "status": "OK", "job": {"job_id": "1", "target": "ffffffff"}}}


async def serve(reached: Callable[[], None]) -> asyncio.Server:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readline():
                reached()
                writer.write(json.dumps(JOB).encode() + b"\n")
                await writer.drain()
        except (OSError, ValueError):
            pass  # the miner has left
        finally:
            writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)
