"""The servers of the demo, all on loopback and all real: a package mirror, a drop site, an SSH server, a mining pool.

Each counts what reached it. The honest one must have been reached, the other three must not.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import asyncssh

from callwarden.demo import network, pool, tunnel, web

READY = 10.0  # seconds; they start in some 50 ms
SETTLE = 0.05  # seconds for closed connections to leave the loop


@dataclass
class World:
    """Ports by name (mirror, drop, ssh, pool), how often each was reached, and the proxy that knows their names."""

    ports: dict[str, int] = field(default_factory=dict)
    proxy: str = ""
    reached: Counter[str] = field(default_factory=Counter)


@contextmanager
def running(tls: ssl.SSLContext) -> Iterator[World]:
    """The servers, in a thread of their own, until the block ends."""
    world, loop = World(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="callwarden-demo-world", daemon=True)
    thread.start()
    try:
        servers = asyncio.run_coroutine_threadsafe(_start(world, tls), loop).result(READY)
        yield world
        asyncio.run_coroutine_threadsafe(_stop(*servers), loop).result(READY)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(READY)
        loop.close()


async def _start(world: World, tls: ssl.SSLContext) -> tuple[list[asyncio.Server], asyncssh.SSHAcceptor]:
    servers = [
        await web.serve(lambda: world.reached.update(["mirror"]), tls),
        await web.serve(lambda: world.reached.update(["drop"]), tls),
        await pool.serve(lambda: world.reached.update(["pool"])),
    ]
    acceptor = await tunnel.serve(lambda: world.reached.update(["ssh"]))
    world.ports = {name: _port(server) for name, server in zip(("mirror", "drop", "pool"), servers, strict=True)}
    world.ports["ssh"] = acceptor.get_port()
    proxy = await network.serve(world.ports)
    world.proxy = f"http://127.0.0.1:{_port(proxy)}"
    return [*servers, proxy], acceptor


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


async def _stop(servers: list[asyncio.Server], acceptor: asyncssh.SSHAcceptor) -> None:
    for server in servers:
        server.close()
    acceptor.close()
    await acceptor.wait_closed()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(SETTLE)
