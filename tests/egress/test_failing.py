"""A hook that raises refuses; mitmproxy by itself would let the traffic go on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from mitmproxy import exceptions, options
from mitmproxy.master import Master
from mitmproxy.proxy import context, layer, server_hooks
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.test import tflow

from callwarden.egress import core, pinned
from callwarden.egress.asking import Asking
from callwarden.egress.connections import Connections
from callwarden.egress.exchange import Traffic
from callwarden.egress.layers import Closing
from callwarden.egress.requests import Requests
from callwarden.egress.resolver import Infos, Resolver
from callwarden.errors import DoorError, GateGone


class Broken:
    """Stands where anything else should, and fails whatever is done with it."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("the secret is s3cret")


def broken_requests() -> Requests:
    return Requests(cast("Traffic", Broken()), None)


async def awaited(hook: Callable[[Any], Awaitable[None]], data: object) -> None:
    await hook(data)


def refusal(flow: Any) -> dict[str, Any]:
    assert flow.response is not None
    assert flow.response.status_code == 503
    said: dict[str, Any] = json.loads(flow.response.content)
    return said


def test_a_failing_hook_answers_503_and_tells_no_payload() -> None:
    flow = tflow.tflow()
    broken_requests().requestheaders(flow)
    assert refusal(flow)["rule"] == "door.fault"
    assert "s3cret" not in str(refusal(flow))


@pytest.mark.parametrize("hook", ["request", "http_connect"])
def test_a_failing_async_hook_answers_503(hook: str) -> None:
    flow = tflow.tflow()
    connections = Connections(cast("Traffic", Broken()), cast("Resolver", Broken()), cast("Any", None))
    addon: Any = broken_requests() if hook == "request" else connections
    flow.request.host = "a.example"
    asyncio.run(awaited(getattr(addon, hook), flow))
    assert refusal(flow)["rule"] == "door.fault"


def test_a_request_whose_headers_were_not_looked_at_is_refused() -> None:
    flow = tflow.tflow()
    traffic = Traffic(Asking(cast("Any", Broken())), lambda text: None)
    asyncio.run(awaited(Requests(traffic, None).request, flow))
    assert refusal(flow)["rule"] == "door.fault"


def test_a_response_to_what_was_not_judged_is_killed() -> None:
    flow = tflow.tflow(resp=True)
    flow.live = True
    Requests(cast("Traffic", Broken()), None).responseheaders(flow)
    assert flow.error is not None


def test_a_failing_look_at_the_protocol_closes() -> None:
    data = layer.NextLayer(context.Context(tflow.tclient_conn(), options.Options()))
    data.data_client = lambda: 1 / 0  # type: ignore[method-assign]
    Connections(cast("Traffic", Broken()), cast("Resolver", Broken()), cast("Any", None)).next_layer(data)
    assert isinstance(data.layer, Closing)


def test_a_failing_look_at_a_server_stops_the_connection() -> None:
    data = server_hooks.ServerConnectionHookData(tflow.tserver_conn(), tflow.tclient_conn())
    data.server.peername = ("8.8.8.8", 443)
    connections = Connections(cast("Traffic", Broken()), cast("Resolver", Broken()), cast("Any", None))
    connections.server_connected(data)
    assert "failed" in str(data.server.error)


def test_an_address_that_nobody_judged_stops_the_connection() -> None:
    data = server_hooks.ServerConnectionHookData(tflow.tserver_conn(), tflow.tclient_conn())
    data.server.address, data.server.peername = ("a.example", 443), ("127.0.0.1", 443)
    proxies: Any = SimpleNamespace(connections={})
    resolver = Resolver(cast("Any", None), cast("Any", None), frozenset())
    Connections(cast("Traffic", Broken()), resolver, proxies).server_connected(data)
    assert data.server.error == "connected to an address that was not judged"


def test_without_the_gates_word_everything_is_refused() -> None:
    class Gone:
        async def decide(self, call: dict[str, Any], *, timeout: float | None = None, **extra: Any) -> dict[str, Any]:
            raise GateGone("the gate has gone")

        async def complete(
            self, call_id: str, result: dict[str, Any], *, timeout: float | None = None
        ) -> dict[str, Any]:
            raise GateGone("the gate has gone")

    async def ask() -> Any:
        asking = Asking(Gone())
        asking.complete("c", status=200)
        await asking.settled()
        return (await asking.decide("dns", name="a"))[1]

    said = asyncio.run(ask())
    assert (said.run, said.rule, said.status) == (False, "door.gate", 503)


def resolved(found: dict[str, list[str]], name: str, allowed: set[str]) -> tuple[list[str], list[str]]:
    """The addresses that would be dialled for a name, and those that were asked about."""
    asked = []

    async def real(host: str, port: int, **hints: Any) -> Infos:
        return [(2, 1, 6, "", (address, port)) for address in found.get(host, [host])]

    async def judge(name: str, address: str, port: int) -> bool:
        asked.append(address)
        return address in allowed

    resolver = Resolver(real, judge, frozenset({("proxy.corp", 443)}))
    try:
        infos = asyncio.run(resolver(name, 443, family=0, type=1, proto=0, flags=0))
    except OSError:
        infos = []
    dialled = [info[4][0] for info in infos]
    assert all(resolver.checked(address) for address in dialled)
    return dialled, asked


def test_only_addresses_that_are_public_or_allowed_are_dialled() -> None:
    found = {"mixed.example": ["10.0.0.1", "8.8.8.8", "::ffff:127.0.0.1"], "meta.example": ["169.254.169.254"]}
    assert resolved(found, "mixed.example", set()) == (["8.8.8.8"], ["10.0.0.1", "127.0.0.1"])
    assert resolved(found, "mixed.example", {"10.0.0.1"})[0] == ["10.0.0.1", "8.8.8.8"]
    assert resolved(found, "meta.example", set()) == ([], ["169.254.169.254"])


def test_localhost_is_this_machine_whatever_a_resolver_says() -> None:
    assert resolved({"a.localhost": ["8.8.8.8"]}, "a.localhost", set()) == (["127.0.0.1", "::1"], [])


def test_the_persons_own_proxy_is_dialled_unasked() -> None:
    assert resolved({"proxy.corp": ["10.0.0.9"]}, "proxy.corp", set()) == (["10.0.0.9"], [])


def test_options_that_the_door_rests_on_cannot_be_changed() -> None:
    async def change() -> None:
        from mitmproxy.addons import core as own
        from mitmproxy.addons import next_layer, proxyserver, tlsconfig

        master = Master(options.Options(mode=[]))
        master.addons.add(own.Core(), proxyserver.Proxyserver(), next_layer.NextLayer(), tlsconfig.TlsConfig())
        master.addons.add(pinned.Pinned(master, cast("Any", "/dev/null")))
        master.options.update(ignore_hosts=[".*"])

    with pytest.raises(exceptions.OptionsError, match="ignore_hosts"):
        asyncio.run(change())


def test_a_mitmproxy_that_is_not_known_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(_http1, "make_error_response")
    before = _http1.Http1Server.read_headers
    with pytest.raises(DoorError, match="make_error_response"):
        core.apply()
    assert _http1.Http1Server.read_headers is before
