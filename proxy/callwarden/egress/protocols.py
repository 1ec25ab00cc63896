"""What the first bytes of a connection are. Pure."""

from __future__ import annotations

import re
from typing import Literal

_REQUEST = re.compile(rb"[A-Z][A-Z-]{1,31} [^\s]{1,65536} HTTP/1\.[01]\r?\n")
# Every proper prefix of the above, so that a request line in several segments is waited for.
_BEGUN = re.compile(
    rb"[A-Z][A-Z-]{0,31}(?: (?:[^\s]{1,65536}(?: (?:H(?:T(?:T(?:P(?:/(?:1(?:\.(?:[01]\r?)?)?)?)?)?)?)?)?)?)?)?\Z"
)
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_SIGNATURES: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("ssh", re.compile(rb"\ASSH-\d")),
    ("stratum", re.compile(rb'"method"\s*:\s*"(?:mining\.|login"|eth_submitLogin|eth_getWork|eth_submitHashrate)')),
    ("tls", re.compile(rb"\A\x16\x03[\x00-\x04]")),
    ("smtp or ftp", re.compile(rb"\A(?:220[ -]|EHLO |HELO )")),
    ("redis", re.compile(rb"\A[*$+]\d+\r\n")),
    ("postgres", re.compile(rb"\A\x00\x00\x00.\x00\x03\x00\x00", re.S)),
    ("mysql", re.compile(rb"\A.\x00\x00\x00\x0a[58]\.", re.S)),
    ("bittorrent", re.compile(rb"\A\x13BitTorrent")),
    ("socks", re.compile(rb"\A[\x04\x05][\x01-\x09]")),
    ("http2", re.compile(rb"\APRI \* HTTP/2")),
)
SEEN = 512  # bytes that are looked at to name a protocol


def http(data: bytes) -> Literal["yes", "no", "more"]:
    """Whether this begins an HTTP request; `more` while it still could."""
    if _REQUEST.match(data) or data.startswith(_PREFACE):
        return "yes"
    return "more" if _BEGUN.match(data) or _PREFACE.startswith(data) else "no"


def named(client: bytes, server: bytes = b"") -> str:
    """The protocol by its first bytes from either side; `raw` for one that has no signature here."""
    for name, signature in _SIGNATURES:
        if signature.search(client[:SEEN]) or signature.search(server[:SEEN]):
            return name
    return "raw"
