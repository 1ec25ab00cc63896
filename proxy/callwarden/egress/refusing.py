"""A refusal as the response that a client gets."""

from __future__ import annotations

from mitmproxy import http

from callwarden.egress.ruling import Ruling

REFUSED = "callwarden.refused"


def response(ruling: Ruling) -> http.Response:
    made = http.Response.make(ruling.status, ruling.body(), ruling.headers())
    made.reason = ruling.phrase()
    return made


def refuse(flow: http.HTTPFlow, ruling: Ruling) -> None:
    """Answers in the server's place. Nothing of the request is sent on."""
    flow.request.stream = False
    flow.request.headers.pop("expect", None)  # else mitmproxy asks for the body first
    flow.metadata[REFUSED] = ruling
    flow.response = response(ruling)


def refused(flow: http.HTTPFlow) -> bool:
    return REFUSED in flow.metadata
