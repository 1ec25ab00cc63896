"""An SSH server that lets anybody in and forwards whatever they ask for: the outside end of the incident's tunnel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncssh


class _Open(asyncssh.SSHServer):
    """Asks for no credentials and accepts every forwarding. It listens on loopback for the length of a demo."""

    def __init__(self, reached: Callable[[], None]) -> None:
        self._reached = reached

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._reached()

    def begin_auth(self, username: str) -> bool:
        return False

    def server_requested(self, listen_host: str, listen_port: int) -> bool:
        return True

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        return True


async def serve(reached: Callable[[], None]) -> asyncssh.SSHAcceptor:
    key = asyncssh.generate_private_key("ssh-ed25519")
    return await asyncssh.create_server(lambda: _Open(reached), "127.0.0.1", 0, server_host_keys=[key])


def opens(port: int) -> bool:
    """Whether a reverse tunnel can be opened at this server at all: the control, made outside callwarden."""
    return asyncio.run(_opens(port))


async def _opens(port: int) -> bool:
    options = asyncssh.SSHClientConnectionOptions(known_hosts=None, username="demo", client_keys=None, config=None)
    async with asyncssh.connect("127.0.0.1", port, options=options) as connection:
        listener = await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 9)
        opened = listener.get_port() > 0
        listener.close()
        return opened
