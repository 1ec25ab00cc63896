"""The options the door rests on. They are set once, and a change at run time is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mitmproxy import exceptions
from mitmproxy.master import Master
from mitmproxy.version import VERSION

PINNED: dict[str, Any] = {
    "connection_strategy": "lazy",  # nothing leaves, not even a server name, before the request is judged
    "upstream_cert": False,
    "rawtcp": False,
    "ssl_insecure": False,
    "validate_inbound_headers": True,
    "ignore_hosts": [],
    "allow_hosts": [],
    "tcp_hosts": [],
    "udp_hosts": [],
    "websocket": True,
    "http2": int(VERSION.partition(".")[0]) >= 12,  # 11.0.2 needs an h2 with GHSA-847f-9342-265h
}


class Pinned:
    def __init__(self, master: Master, trust: Path) -> None:
        self._options = master.options
        self._values = {**PINNED, "ssl_verify_upstream_trusted_ca": str(trust)}
        master.options.update(**self._values)

    def configure(self, updated: set[str]) -> None:
        changed = {name for name in updated & set(self._values) if getattr(self._options, name) != self._values[name]}
        if changed:
            raise exceptions.OptionsError(f"{', '.join(sorted(changed))}: set by callwarden, and not to be changed")
