"""The addon for connections: CONNECT, what is spoken inside, what is dialled, and how a connection ends."""

from __future__ import annotations

import asyncio
from typing import Literal

from mitmproxy import connection, http, tls
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.proxy import layer as proxy_layer
from mitmproxy.proxy import layers
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from callwarden.egress import addresses, names, protocols
from callwarden.egress.asking import origin
from callwarden.egress.core import MAX_HEAD
from callwarden.egress.exchange import Traffic, Tunnel
from callwarden.egress.failclosed import guarded, guarded_async
from callwarden.egress.layers import Closing
from callwarden.egress.refusing import refuse
from callwarden.egress.resolver import Resolver
from callwarden.egress.ruling import printable, refusal

RAW = (
    layers.TCPLayer,
    layers.UDPLayer,
    layers.DNSLayer,
    layers.RawQuicLayer,
    layers.ServerQuicLayer,
    layers.ClientQuicLayer,
)
HELP = "only HTTP and HTTPS leave by the proxy; for git over SSH, use the repository's https:// URL"


class Connections:
    def __init__(self, traffic: Traffic, resolver: Resolver, proxies: Proxyserver) -> None:
        self._traffic = traffic
        self._resolver = resolver
        self._proxies = proxies
        self._refusing: set[asyncio.Task[None]] = set()

    @guarded_async
    async def http_connect(self, flow: http.HTTPFlow) -> None:
        """Judges the target. A refusal is told inside the tunnel, where every client can read it.

        The Host of a CONNECT is not looked at: it goes nowhere, and some clients name the proxy there.
        """
        target = names.canonical(flow.request.host), flow.request.port
        if not target[0] or not 0 < target[1] < 65_536:
            refuse(flow, refusal("identity", "the CONNECT target is malformed", status=400))
            return
        call_id, ruling = await self._traffic.asking.decide(
            "connect", origin=origin(flow.client_conn.peername), host=target[0], port=target[1], protocol="http-connect"
        )
        self._traffic.tunnels[flow.client_conn.id] = Tunnel(
            target, call_id, ruling, printable(flow.request.headers.get("user-agent", ""), 128)
        )

    @guarded
    def next_layer(self, data: proxy_layer.NextLayer) -> None:
        """Runs after mitmproxy's own choice: what is neither TLS nor the beginning of a request is closed."""
        match _spoken(data):
            case "more":
                data.layer = None
            case "no":
                data.layer = Closing(data.context)
                self._record(data.context.client.id, protocols.named(data.data_client(), data.data_server()))

    @guarded
    def tls_clienthello(self, data: tls.ClientHelloData) -> None:
        data.ignore_connection = False

    @guarded
    def tls_failed_client(self, data: tls.TlsData) -> None:
        tunnel = self._traffic.tunnels.get(data.conn.id)
        name = data.conn.sni or (tunnel.target[0] if tunnel else "a server")
        client = (tunnel.client if tunnel else "") or "a TLS client"
        if "trust" in (data.conn.error or ""):
            self._traffic.note_once(
                f"{client} on its way to {printable(name, 255)} did not trust callwarden's certificate: point it to "
                "the file in $SSL_CERT_FILE, or have it read the system's proxy and CA variables"
            )

    @guarded
    def server_connect(self, data: ServerConnectionHookData) -> None:
        host = data.server.address[0] if data.server.address else ""
        if not names.canonical(host):
            data.server.error = "the host is malformed"

    @guarded
    def server_connected(self, data: ServerConnectionHookData) -> None:
        """Nothing has been sent yet. An address that did not come out of the resolver is one that a URL named."""
        address = data.server.peername[0] if data.server.peername else ""
        named = data.server.address[0] if data.server.address else ""
        if self._resolver.checked(address):
            return
        if addresses.literal(named) and addresses.unwrapped(named) == addresses.unwrapped(address):
            return
        data.server.error = "connected to an address that was not judged"
        handler = self._proxies.connections.get(data.client.id)
        for io in list(handler.transports.values()) if handler else []:
            if isinstance(io.writer, asyncio.StreamWriter):
                io.writer.transport.abort()

    @guarded
    def client_disconnected(self, client: connection.Client) -> None:
        self._traffic.gone(client.id)

    def _record(self, client: str, protocol: str) -> None:
        task = asyncio.get_running_loop().create_task(self._refused(client, protocol))
        self._refusing.add(task)
        task.add_done_callback(self._refusing.discard)

    async def _refused(self, client: str, protocol: str) -> None:
        """Puts on record what was spoken in a tunnel, and tells the person."""
        tunnel = self._traffic.tunnels.get(client)
        if tunnel is None:
            self._traffic.note(f"something spoke {protocol} to the proxy and was hung up on: {HELP}")
            return
        host, port = tunnel.target
        call_id, ruling = await self._traffic.asking.decide(
            "connect", origin=origin(None, tunnel.call_id), host=host, port=port, application=protocol
        )
        if ruling.run:
            self._traffic.asking.complete(call_id, refused="door.protocol", reason=f"{protocol} is not HTTP")
        self._traffic.note(f"{protocol} to {host}:{port} was refused: {HELP}")


def _spoken(data: proxy_layer.NextLayer) -> Literal["yes", "no", "more"]:
    client = data.data_client()
    if data.layer is None:  # mitmproxy waits, and not without bound
        return "more" if len(client) < MAX_HEAD else "no"
    if not isinstance(data.layer, layers.HttpLayer):
        return "no" if isinstance(data.layer, RAW) else "yes"
    if data.data_server():  # an HTTP server does not speak first
        return "no"
    return "yes" if not client or data.context.client.alpn == b"h2" else protocols.http(client)
