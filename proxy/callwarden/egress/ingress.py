"""Our own acceptor in front of mitmproxy's core: listening sockets of any network namespace are handed in."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from typing import Any

from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.master import Master
from mitmproxy.proxy import layers, mode_specs
from mitmproxy.proxy.mode_servers import ProxyConnectionHandler

CONNECTIONS = 512  # at once; past it a client is hung up on
logger = logging.getLogger(__name__)


class Handler(ProxyConnectionHandler):
    """mitmproxy logs what its protocol code raises, with the payload, and leaves both sockets open. We close them."""

    def __init__(
        self, master: Master, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mode: mode_specs.ProxyMode
    ) -> None:
        super().__init__(master, reader, writer, master.options, mode)  # type: ignore[no-untyped-call]

    def log(self, message: str, level: int = logging.INFO, exc_info: Any = None) -> None:
        if exc_info is None and "has crashed" not in message:
            super().log(message, level)
            return
        error = sys.exc_info()[1] or (exc_info[1] if isinstance(exc_info, tuple) else None)
        logger.error("a connection was cut: %s in the protocol core", type(error).__name__)
        for io in list(self.transports.values()):
            if isinstance(io.writer, asyncio.StreamWriter):
                io.writer.transport.abort()


class Ingress:
    def __init__(self, master: Master, proxies: Proxyserver, mode: str) -> None:
        self._master = master
        self._proxies = proxies
        self._mode = mode_specs.ProxyMode.parse(mode)
        self._servers: list[asyncio.Server] = []
        self._open = 0

    async def listen(self, sock: socket.socket) -> None:
        self._servers.append(await asyncio.start_server(self._connected, sock=sock))

    def close(self) -> None:
        for server in self._servers:
            server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open >= CONNECTIONS:
            writer.transport.abort()
            return
        self._open += 1
        try:
            await self._handle(reader, writer)
        finally:
            self._open -= 1

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # asyncio leaves Nagle's algorithm on for a socket that was made with proto 0: 44 ms a request
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        handler = Handler(self._master, reader, writer, self._mode)
        context = handler.layer.context
        upstream = isinstance(self._mode, mode_specs.UpstreamMode)
        handler.layer = layers.modes.HttpUpstreamProxy(context) if upstream else layers.modes.HttpProxy(context)
        with self._proxies.register_connection(context.client.id, handler):
            await handler.handle_client()
