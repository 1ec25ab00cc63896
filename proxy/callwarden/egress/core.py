"""Where mitmproxy's protocol core is not strict enough, it is made so here. Each change is to one method.

Tried on 11.0.2 and 12.2.3; `apply` raises `DoorError` on a version whose methods have gone, and nothing starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mitmproxy.connection import Connection
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy import server as proxy_server
from mitmproxy.proxy.layers import http as http_layers
from mitmproxy.proxy.layers.http import _events, _hooks, _http1

from callwarden.egress import body
from callwarden.egress.refusing import refused
from callwarden.egress.ruling import Ruling, refusal
from callwarden.errors import DoorError

MAX_HEAD = 64 << 10  # bytes
OVERSIZED = "callwarden.oversized"
Commands = Iterator[Any]
_SIDES: tuple[Any, ...] = (_http1.Http1Server, _http1.Http1Client)


def apply() -> None:
    """Once a process, before the first connection. Changes everything, or nothing and raises."""
    stream: Any = http_layers.HttpStream
    handler: Any = proxy_server.ConnectionHandler
    errors: Any = _http1
    changes: list[tuple[Any, str, Callable[[Any], Any]]] = [
        *((side, "read_headers", _capped) for side in _SIDES),
        (errors, "make_error_response", lambda _: _error_response),
        (stream, "check_body_size", lambda _: _limited(stream.start_request_stream)),
        # `Requests` says what goes by the person's proxy
        (stream, "handle_connect_upstream", lambda _: stream.handle_connect_regular),
        (handler, "handle_connection", _closing),
    ]
    try:
        made = [(owner, name, change(getattr(owner, name))) for owner, name, change in changes]
    except AttributeError as missing:
        raise DoorError(f"this mitmproxy is not one that callwarden knows: {missing}") from None
    for owner, name, change in made:
        setattr(owner, name, change)


def _capped(read_headers: Callable[..., Commands]) -> Callable[..., Commands]:
    """mitmproxy buffers a head without bound."""

    def capped(self: Any, event: events.Event) -> Commands:
        if not isinstance(event, events.DataReceived) or _head_fits(self.buf):
            yield from read_headers(self, event)
            return
        if isinstance(self, _http1.Http1Server):
            yield commands.SendData(self.conn, _error_response(431, f"the request head is above {MAX_HEAD} bytes"))
        yield commands.CloseConnection(self.conn)
        self.buf = type(self.buf)()
        self.state = self.done

    return capped


def _head_fits(buffer: Any) -> bool:
    if len(buffer) <= MAX_HEAD:
        return True
    start = bytes(buffer)[: MAX_HEAD + 4]
    return b"\r\n\r\n" in start or b"\n\n" in start


def _limited(start_stream: Callable[..., Commands]) -> Callable[..., Commands]:
    """In place of mitmproxy's limits, which would hold responses back too and know no exceptions.

    A request body that grows too large to be judged whole is shown to the `request` hook, marked: it refuses, or lets
    it stream. A response is never held back.
    """

    def check_body_size(self: Any, request: bool) -> layer.CommandGenerator[bool]:
        if not request or self.flow.request.stream or len(self.request_body_buf) <= body.LIMIT:
            return False
        self.flow.metadata[OVERSIZED] = True
        yield _hooks.HttpRequestHook(self.flow)
        if (yield from self.check_killed(True)):
            return True
        if refused(self.flow):
            yield from _answered(self)
            return True
        held = bytes(self.request_body_buf)
        self.request_body_buf.clear()
        self.flow.request.stream = self.flow.request.stream or True  # the hook may have set something that counts
        yield from start_stream(self)
        yield from self.handle_event(_events.RequestData(self.stream_id, held))
        return True

    return check_body_size


def _answered(stream: Any) -> Commands:
    """Sends a refusal while the client is still sending, and hears no more of it."""
    response, client = stream.flow.response, stream.context.client
    content = response.raw_content or b""
    yield http_layers.SendHttp(_events.ResponseHeaders(stream.stream_id, response, not content), client)
    yield http_layers.SendHttp(_events.ResponseData(stream.stream_id, content), client)
    yield http_layers.SendHttp(_events.ResponseEndOfMessage(stream.stream_id), client)
    stream.client_state = stream.server_state = stream.state_errored
    stream.flow.live = False


def _closing(handle: Callable[..., Any]) -> Callable[..., Any]:
    """A cancellation that lands in the wrong place leaves mitmproxy's sockets open: they are closed always."""

    async def handle_connection(self: Any, connection: Connection) -> None:
        try:
            await handle(self, connection)
        finally:
            io = self.transports.pop(connection, None)
            if io and io.writer:
                io.writer.close()

    return handle_connection


def _error_response(status_code: int, message: str = "") -> bytes:
    """What mitmproxy says by itself (bad syntax, no connection), in the form of every other refusal."""
    said = _said(status_code, message)
    head = [f"HTTP/1.1 {said.status} {said.phrase()}"]
    content = said.body()
    fields = {**said.headers(), "Content-Length": str(len(content))}
    head += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join([*head, "", ""]).encode("ascii", "replace") + content


def _said(status: int, message: str) -> Ruling:
    if status >= 500:
        return Ruling(run=False, effect="error", rule="door.upstream", reason=message, status=status)
    return refusal("protocol", message or "this is not HTTP as it should be", status=status)
