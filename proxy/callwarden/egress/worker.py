"""The egress worker: `python -m callwarden.egress.worker --gate-fd N --control-fd N --listen-fd N --ca DIR …`.

Its descriptors are inherited: the connected gate socket, the control socket, listening sockets (of whatever network
namespace they were made in). On the control socket it writes one byte when it is ready, then one JSON object a line:
`{"note": "…"}`. It ends, and with it every connection, when the gate or the control socket closes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

from callwarden.egress import lean  # noqa: F401

# isort: split
from mitmproxy import options
from mitmproxy.addons import core as core_options
from mitmproxy.addons import disable_h2c, next_layer, tlsconfig
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.master import Master

from callwarden.client import AsyncClient
from callwarden.egress import authority, core, upstream
from callwarden.egress.asking import Asking
from callwarden.egress.authority import Authority
from callwarden.egress.connections import Connections
from callwarden.egress.dns import Responder
from callwarden.egress.exchange import Traffic
from callwarden.egress.ingress import Ingress
from callwarden.egress.pinned import Pinned
from callwarden.egress.requests import Requests
from callwarden.egress.resolver import Allowed, Resolver
from callwarden.egress.upstream import Upstream

READY = b"R"
GATE_GONE, CONTROL_GONE = 3, 4  # exit statuses


def main(argv: list[str] | None = None) -> int:
    logging.basicConfig(handlers=[logging.NullHandler()], level=logging.ERROR)
    asyncio.run(run(_arguments(argv)))
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="callwarden.egress.worker")
    parser.add_argument("--gate-fd", type=int, required=True)
    parser.add_argument("--control-fd", type=int, required=True)
    parser.add_argument("--listen-fd", type=int, action="append", required=True)
    parser.add_argument("--dns-fd", type=int, action="append", default=[])
    parser.add_argument("--ca", type=Path, required=True, help="private directory of the certificate authority")
    parser.add_argument("--public", type=Path, help="where the certificates to trust are written; default: as --ca")
    parser.add_argument("--upstream-ca", type=Path, action="append", default=[])
    parser.add_argument("--upstream-proxy", default=os.environ.get("CALLWARDEN_UPSTREAM_PROXY", ""))
    parser.add_argument("--no-proxy", default=os.environ.get("CALLWARDEN_NO_PROXY", ""))
    return parser.parse_args(argv)


async def run(arguments: argparse.Namespace) -> None:
    core.apply()
    control = socket.socket(fileno=arguments.control_fd)
    gate = await AsyncClient.over(socket.socket(fileno=arguments.gate_fd))
    asking = Asking(gate)
    for name in ("callwarden.egress", "asyncio"):
        logging.getLogger(name).addHandler(_Notes(control))
    traffic = Traffic(asking, lambda text: _note(control, text))
    trust = authority.ensure(arguments.ca, arguments.public or arguments.ca, arguments.upstream_ca)
    proxy = upstream.read(arguments.upstream_proxy, arguments.no_proxy) if arguments.upstream_proxy else None
    resolver = Resolver.install(_judged(asking), frozenset({(proxy.host, proxy.port)} if proxy else ()))
    master, proxies = _master(arguments.ca, trust, proxy, traffic, resolver)
    ingress = Ingress(master, proxies, proxy.mode if proxy else "regular")
    for descriptor in arguments.listen_fd:
        await ingress.listen(socket.socket(fileno=descriptor))
    for descriptor in arguments.dns_fd:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: Responder(asking), sock=socket.socket(fileno=descriptor))
    lost = asyncio.get_running_loop().create_task(_watch(gate))
    await _serve(master, control, ingress, traffic)
    lost.cancel()


def _master(
    ca: Path, trust: Authority, proxy: Upstream | None, traffic: Traffic, resolver: Resolver
) -> tuple[Master, Proxyserver]:
    """mitmproxy with the addons that are needed and no more: each other one costs time or forwards something."""
    master = Master(options.Options(mode=[], confdir=str(ca)))
    proxies = Proxyserver()
    master.addons.add(
        core_options.Core(), disable_h2c.DisableH2C(), proxies, next_layer.NextLayer(), tlsconfig.TlsConfig()
    )
    master.addons.add(Pinned(master, trust.trust))
    master.addons.add(Connections(traffic, resolver, proxies), Requests(traffic, proxy))
    return master, proxies


def _judged(asking: Asking) -> Allowed:
    """Asks the gate about an address that is not public, as a connection to it."""

    async def allowed(name: str, address: str, port: int) -> bool:
        call_id, ruling = await asking.decide("connect", host=address, port=port)
        if ruling.run:
            asking.complete(call_id, name=name[:255])
        return ruling.run

    return allowed


async def _watch(gate: AsyncClient) -> None:
    """When the gate has gone the process ends at once, and the kernel closes every connection with it."""
    await gate.lost()
    os._exit(GATE_GONE)


async def _serve(master: Master, control: socket.socket, ingress: Ingress, traffic: Traffic) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, master.shutdown)
    loop.add_reader(control, lambda: os._exit(CONTROL_GONE))  # nothing is ever sent to us but its end
    master.addons.add(_Ready(control))
    await master.run()
    ingress.close()
    traffic.close()
    await traffic.asking.settled()


class _Notes(logging.Handler):
    """What goes wrong in the door is told to the person."""

    def __init__(self, control: socket.socket) -> None:
        super().__init__(logging.ERROR)
        self._control = control

    def emit(self, record: logging.LogRecord) -> None:
        _note(self._control, record.getMessage())


class _Ready:
    def __init__(self, control: socket.socket) -> None:
        self._control = control

    def running(self) -> None:
        self._control.sendall(READY)


def _note(control: socket.socket, text: str) -> None:
    """Never waits: a control socket that nobody reads loses notes, not traffic."""
    with suppress(OSError):
        control.send(json.dumps({"note": text}).encode() + b"\n", socket.MSG_DONTWAIT)


if __name__ == "__main__":
    sys.exit(main())
