"""Host names and authorities in one spelling. Pure.

What an HTTP client, a resolver and a policy could read differently is refused here: `0x7f.1` is an address to
`inet_aton` and a name to everybody else.
"""

from __future__ import annotations

import re

from callwarden.egress import addresses

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)*{_LABEL}\Z")
_ENDS_IN_A_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")  # https://url.spec.whatwg.org/#ends-in-a-number-checker
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[^\s:@/?#\[\]]{1,255})(?::([0-9]{1,5}))?\Z")


def canonical(host: str) -> str:
    """The one spelling of a name (lower case, A-label, no trailing dot) or address; empty when it must be refused."""
    bracketed = host.startswith("[") and host.endswith("]")
    if bracketed and ":" not in host:
        return ""
    try:
        return addresses.unwrapped(host[1:-1] if bracketed else host)
    except ValueError:
        name = _ascii(host).removesuffix(".")
    if not _NAME.match(name) or _ENDS_IN_A_NUMBER.match(name.rpartition(".")[2]):
        return ""
    return name


def authority(text: str) -> tuple[str, int | None] | None:
    """`host` or `host:port` as canonical host and port; None when it is malformed."""
    match = _AUTHORITY.match(text)
    if match is None or not (host := canonical(match[1])):
        return None
    port = int(match[2]) if match[2] else None
    return None if port is not None and not 0 < port < 65_536 else (host, port)


def url(scheme: str, host: str, port: int, target: str) -> str:
    """An absolute URL; the scheme's own port is left out, an IPv6 address bracketed."""
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(scheme)
    path = target if target.startswith("/") else f"/{target}"
    return f"{scheme}://{shown}{path}" if port == usual else f"{scheme}://{shown}:{port}{path}"


def local(name: str) -> bool:
    """Whether a name means this machine by definition (RFC 6761, section 6.3), whatever a resolver says."""
    return name == "localhost" or name.endswith(".localhost")


def _ascii(name: str) -> str:
    if name.isascii():
        return name.lower()
    try:
        return name.encode("idna").decode().lower()
    except UnicodeError:
        return ""
