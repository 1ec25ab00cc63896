"""The addon for requests and their responses."""

from __future__ import annotations

from mitmproxy import http

from callwarden.egress import body, identity, names
from callwarden.egress.asking import origin
from callwarden.egress.core import OVERSIZED
from callwarden.egress.exchange import Exchange, Traffic
from callwarden.egress.failclosed import guarded, guarded_async
from callwarden.egress.refusing import refuse, refused
from callwarden.egress.ruling import Ruling, refusal
from callwarden.egress.upstream import Upstream

SEEN, EXCHANGE = "callwarden.seen", "callwarden.exchange"
LARGE = refusal(
    "body",
    f"the request body is above {body.LIMIT} bytes, too large to be judged whole",
    "send less at once; an allowing rule tagged `stream` lets larger ones pass unread",
    413,
)


class Requests:
    def __init__(self, traffic: Traffic, upstream: Upstream | None) -> None:
        self._traffic = traffic
        self._upstream = upstream

    @guarded
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """What needs no question: headers of the hop, upgrades, the way on."""
        flow.metadata[SEEN] = identity.problem(self._said(flow))
        headers = flow.request.headers
        for name in ("proxy-authorization", "proxy-connection", "http2-settings"):
            headers.pop(name, None)
        if headers.get("upgrade", "websocket").lower() != "websocket":
            headers.pop("upgrade")
            headers.pop("connection", None)
        if self._upstream:
            passes = self._upstream.passes(names.canonical(flow.request.host))
            flow.server_conn.via = self._upstream.spec if passes else None

    @guarded
    def http_connect_upstream(self, flow: http.HTTPFlow) -> None:
        self._authorize(flow)

    @guarded_async
    async def request(self, flow: http.HTTPFlow) -> None:
        """The decision: everything of the request is here, and nothing of it has left."""
        if refused(flow) or EXCHANGE in flow.metadata:  # the end of a body that streams
            return
        problem: str = flow.metadata[SEEN]
        oversized = OVERSIZED in flow.metadata
        call_id, ruling = await self._judged(flow, oversized)
        if ruling.run and problem:
            self._overrule(flow, call_id, ruling, refusal("identity", problem))
        elif ruling.run and oversized and not ruling.streams:
            self._overrule(flow, call_id, ruling, LARGE)
        elif ruling.run:
            self._begin(flow, call_id, oversized)
        else:
            self._refuse(flow, ruling)

    @guarded
    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Responses stream: server-sent events arrive as they come, and nothing is held in memory."""
        exchange = flow.metadata.get(EXCHANGE)
        if flow.response is None or refused(flow):
            return
        if exchange is None:
            raise RuntimeError("a response to a request that was not judged")
        exchange.status = flow.response.status_code
        flow.response.headers.pop("alt-svc", None)
        if exchange.status == 101 and flow.response.headers.get("upgrade", "").lower() != "websocket":
            flow.kill()
            return
        flow.response.stream = exchange.count_received

    @guarded
    def response(self, flow: http.HTTPFlow) -> None:
        if flow.websocket is None:
            self._end(flow)

    @guarded
    def error(self, flow: http.HTTPFlow) -> None:
        self._end(flow, error=(flow.error.msg if flow.error else "the exchange failed")[:256])

    @guarded
    def websocket_message(self, flow: http.HTTPFlow) -> None:
        assert flow.websocket is not None
        message = flow.websocket.messages[-1]
        exchange: Exchange = flow.metadata[EXCHANGE]
        count = exchange.count_sent if message.from_client else exchange.count_received
        count(message.content)
        del flow.websocket.messages[:-1]  # mitmproxy would keep every one

    @guarded
    def websocket_end(self, flow: http.HTTPFlow) -> None:
        self._end(flow)

    async def _judged(self, flow: http.HTTPFlow, oversized: bool) -> tuple[str, Ruling]:
        """A tunnel that was refused is the answer for all that is in it."""
        tunnel = self._traffic.tunnels.get(flow.client_conn.id)
        if tunnel:
            tunnel.requests += 1
            if not tunnel.ruling.run:
                return "", tunnel.ruling
        try:
            text = None if oversized else _body(flow)
        except ValueError as problem:
            return "", refusal("body", str(problem), "send the body unpacked, or packed with gzip")
        host, port = self._target(flow)
        return await self._traffic.asking.decide(
            "http",
            origin=origin(flow.client_conn.peername, tunnel.call_id if tunnel else ""),
            method=flow.request.method,
            url=names.url(flow.request.scheme, host or "invalid", port, _plain(flow.request.data.path)),
            headers=_headers(flow.request),
            **({"body": text} if text else {}),
        )

    def _overrule(self, flow: http.HTTPFlow, call_id: str, ruling: Ruling, instead: Ruling) -> None:
        """The gate would let it run, the door may not: both are on record."""
        self._traffic.asking.complete(call_id, refused=instead.rule, reason=instead.reason[:256], status=instead.status)
        self._refuse(flow, ruling.overruled(instead))

    def _refuse(self, flow: http.HTTPFlow, ruling: Ruling) -> None:
        """Tells the client, and the person: git, npm and pip show their user no more than the status."""
        refuse(flow, ruling)
        host, port = self._target(flow)
        self._traffic.note_once(f"refused {flow.request.scheme}://{host}:{port}: {ruling.line()}")

    def _begin(self, flow: http.HTTPFlow, call_id: str, oversized: bool) -> None:
        exchange = Exchange(call_id, sent=0 if oversized else len(flow.request.raw_content or b""))
        flow.metadata[EXCHANGE] = exchange
        self._traffic.begin(flow.client_conn.id, exchange)
        if flow.server_conn.via and flow.request.scheme == "http":
            self._authorize(flow)
        if oversized:
            exchange.uninspected = True
            flow.request.stream = exchange.count_sent

    def _end(self, flow: http.HTTPFlow, **more: str) -> None:
        exchange = flow.metadata.get(EXCHANGE)
        if exchange is not None:
            self._traffic.end(flow.client_conn.id, exchange, **more)

    def _authorize(self, flow: http.HTTPFlow) -> None:
        """For the person's own proxy, which alone gets to see it."""
        if self._upstream and self._upstream.credentials:
            flow.request.headers["proxy-authorization"] = self._upstream.authorization

    def _target(self, flow: http.HTTPFlow) -> identity.Target:
        return names.canonical(flow.request.host), flow.request.port

    def _said(self, flow: http.HTTPFlow) -> identity.Request:
        tunnel = self._traffic.tunnels.get(flow.client_conn.id)
        return identity.Request(
            method=flow.request.method,
            target=self._target(flow),
            tunnel=tunnel.target if tunnel else None,
            server_name=flow.client_conn.sni if flow.client_conn.tls else None,
            authority=flow.request.authority,
            fields=flow.request.headers.fields,
        )


def _body(flow: http.HTTPFlow) -> str:
    return body.readable(flow.request.raw_content or b"", flow.request.headers.get("content-encoding", ""))


def _headers(request: http.Request) -> dict[str, str]:
    """As one text a name; a byte that is no ASCII is one character, so that nothing is lost."""
    said: dict[str, str] = {}
    for name, value in request.headers.fields:
        key = _plain(name).lower()
        said[key] = f"{said[key]}, {_plain(value)}" if key in said else _plain(value)
    return said


def _plain(raw: bytes) -> str:
    return raw.decode("latin-1").translate(body.CONTROLS)
