"""The person's own proxy on the way out, which the door goes through where their environment says so. Pure.

The proxy resolves names then, so the door can't check addresses: an address in a URL is judged like any other, a name
by itself alone.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

VARIABLES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")
TRUST_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


@dataclass(frozen=True, slots=True)
class Upstream:
    scheme: Literal["http", "https"]
    host: str
    port: int
    credentials: str = ""
    direct: tuple[str, ...] = ()

    @property
    def spec(self) -> tuple[Literal["http", "https"], tuple[str, int]]:
        return self.scheme, (self.host, self.port)

    @property
    def mode(self) -> str:
        """As mitmproxy spells it."""
        return f"upstream:{self.scheme}://{self.host}:{self.port}"

    @property
    def authorization(self) -> str:
        return f"Basic {base64.b64encode(self.credentials.encode()).decode()}"

    def passes(self, host: str) -> bool:
        """Whether a request to `host` goes through the proxy, as NO_PROXY says."""
        return not any(_covers(entry, host) for entry in self.direct)


def read(url: str, no_proxy: str = "") -> Upstream:
    """Raises `ValueError` for what is no http or https proxy; the text never holds its password."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    scheme: Literal["http", "https"] = "https" if parts.scheme == "https" else "http"
    if parts.scheme != scheme or not parts.hostname:
        raise ValueError(f"a proxy of scheme {parts.scheme!r} can't be chained; http and https can")
    port = parts.port or (443 if scheme == "https" else 80)
    credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    direct = tuple(entry.strip().lower() for entry in no_proxy.split(",") if entry.strip())
    return Upstream(scheme, parts.hostname, port, credentials, direct)


def of(environment: Mapping[str, str]) -> tuple[str, str]:
    """The person's proxy URL and NO_PROXY, empty where they have none."""
    url = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    return url, environment.get("NO_PROXY") or environment.get("no_proxy", "")


def trusted(environment: Mapping[str, str]) -> list[str]:
    """Certificate files the person's environment names, in order, each once."""
    return list(dict.fromkeys(environment[name] for name in TRUST_VARIABLES if environment.get(name)))


def _covers(entry: str, host: str) -> bool:
    suffix = entry.removeprefix("*").removeprefix(".").partition(":")[0]
    return entry == "*" or (bool(suffix) and (host == suffix or host.endswith(f".{suffix}")))
