"""One identity: the CONNECT target, the TLS server name, the request's authority and its Host all name one host. Pure.

A policy judges one name. Wherever two names could be read, another server than the judged one could answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callwarden.egress import names

Target = tuple[str, int]  # canonical host, port
REFUSED_METHODS = frozenset({"TRACE", "TRACK", "CONNECT", "PRI"})


@dataclass(frozen=True, slots=True)
class Request:
    """What a request says about where it goes. `tunnel` is the CONNECT target, None for plain proxying."""

    method: str
    target: Target
    tunnel: Target | None
    server_name: str | None
    authority: str
    fields: Sequence[tuple[bytes, bytes]]

    @property
    def hosts(self) -> list[str]:
        return [value.decode("latin-1") for name, value in self.fields if name.lower() == b"host"]


def problem(request: Request) -> str:
    """Why a request can't be judged, or an empty string."""
    if request.method.upper() in REFUSED_METHODS:
        return f"method {request.method[:16]} is not let through"
    if any(_odd(name, value) for name, value in request.fields):
        return "a header holds a control character"
    if not request.target[0]:
        return "the host is malformed"
    if len(request.hosts) > 1:
        return "there is more than one Host header"
    return _other_name(request)


def _other_name(request: Request) -> str:
    host, port = request.tunnel or request.target
    if request.tunnel and request.server_name is not None and names.canonical(request.server_name) != host:
        return f"the TLS server name {request.server_name[:255]!r} is not the CONNECT target {host!r}"
    said = [("Host", name) for name in request.hosts]
    if request.authority:
        said.append(("authority", request.authority))
    for what, text in said:
        named = names.authority(text)
        if named is None:
            return f"the {what} is malformed"
        if named[0] != host or named[1] not in {None, port}:
            return f"the {what} {text[:255]!r} is not where the connection goes, {host!r} port {port}"
    return "" if request.target == (host, port) else "the request names another target than its tunnel"


def _odd(name: bytes, value: bytes) -> bool:
    return any(byte <= 32 or byte >= 127 for byte in name) or any(
        (byte < 32 and byte != 9) or byte == 127 for byte in value
    )
