"""Hosts: one spelling for every way to write a name or an address, and the class of what it names.

Where two programs would read a text differently (a backslash, two `@`, a control character), it is not known: the
reader that matters is the one we are not.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import idna

from callwarden.facts import addresses, places
from callwarden.facts.context import Context

MAX_HOST = 2048
# The IANA registry's, and where that has none the port that the scheme's own programs use
_DEFAULT_PORTS = """
    http 80, ws 80, https 443, wss 443, ftp 21, ftps 990, tftp 69, ssh 22, scp 22, sftp 22, git 9418, git+ssh 22,
    ssh+git 22, git+https 443, git+http 80, svn 3690, svn+ssh 22, rsync 873, telnet 23, smtp 25, smtps 465, imap 143,
    imaps 993, pop3 110, pop3s 995, ldap 389, ldaps 636, redis 6379, rediss 6379, postgres 5432, postgresql 5432,
    mysql 3306, mongodb 27017, amqp 5672, amqps 5671, mqtt 1883, mqtts 8883, socks4 1080, socks5 1080, socks5h 1080,
    smb 445, nfs 2049, gopher 70, dict 2628, vnc 5900, rtsp 554, whois 43, irc 6667, ircs 6697
"""
PORTS = {scheme: int(port) for scheme, port in (pair.split() for pair in _DEFAULT_PORTS.split(","))}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?=//)")
_BY_PATH = {"ssh", "scp", "sftp", "git", "git+ssh", "ssh+git", "rsync"}  # `host:path`, no port
_DOTS = str.maketrans("。．｡", "...")  # noqa: RUF001  # IDNA (RFC 3490 §3.1) calls these full stops too
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")


def read(written: str, *, port: int, scheme: str, context: Context) -> dict[str, Any]:
    """`name, address, port, scheme, kind, classes, known, userinfo` of `Host` for a URL, authority, name or address."""
    scheme, rest = _scheme(written[:MAX_HOST].strip(), scheme)
    authority, certain = _authority(rest)
    userinfo, at, endpoint = authority.rpartition("@")
    text, said = _endpoint(endpoint, scheme)
    certain &= len(written) <= MAX_HOST and "@" not in userinfo and said >= 0
    port = said if said > 0 else (port or PORTS.get(scheme, 0))
    name, address, kind = ("localhost", "", "loopback") if scheme == "file" and not text else _named(text, context)
    certain &= kind != "unknown"
    return {
        "name": name,
        "address": address,
        "port": port if 0 < port < 65_536 else 0,
        "scheme": scheme,
        "kind": kind if certain else "unknown",
        "classes": places.classes(name, context, address=address, port=port, scheme=scheme, kind=kind),
        "known": certain,
        "userinfo": bool(at and userinfo),
    }


def _scheme(text: str, scheme: str) -> tuple[str, str]:
    text = re.sub(r"[\t\r\n]", "", text)  # as the URL standard has it
    found = _SCHEME.match(text)
    if found:
        return found[1].lower(), text[found.end() + 2 :]
    return scheme.lower(), text.removeprefix("//")


def _authority(rest: str) -> tuple[str, bool]:
    """The part before the path, and whether every reader takes the same part."""
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return authority.replace("\\", "/").split("/")[0], not re.search(r"[\\\x00-\x20\x7f]", authority)


def _endpoint(text: str, scheme: str) -> tuple[str, int]:
    """Host and port of `host:port`, `[v6]:port`, `v6` and, for ssh and its like, `host:path`; -1 for a bad port."""
    if text.startswith("["):
        host, closed, after = text[1:].partition("]")
        return host, _port(after[1:]) if after.startswith(":") else (0 if closed and not after else -1)
    if text.count(":") > 1 and addresses.parse(text):
        return text, 0
    host, colon, after = text.partition(":")
    if not colon or (scheme in _BY_PATH and not after.isdigit()):
        return host, 0
    return host, _port(after)


def _port(text: str) -> int:
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) < 65_536 else -1


def _named(text: str, context: Context) -> tuple[str, str, str]:
    """Name, canonical address and kind of a host without its port."""
    name = _spelled(text)
    if name is None:
        return text.lower(), "", "unknown"
    address = addresses.parse(name)
    if address is not None:
        kind = places.kind_of_address(address, context)
        return str(address), str(address), kind
    if addresses.numeric(name) or not _NAME.fullmatch(name):
        return name, "", "unknown"
    return name, "", places.kind_of_name(name, context)


def _spelled(text: str) -> str | None:
    """Lower case, percent-decoded, IDNA-encoded, without the trailing dot; None for what is no name."""
    if ":" in text:
        return text.lower()
    name = unquote(text).translate(_DOTS).lower()
    name = name.removesuffix(".")
    if name.isascii():
        return name if 0 < len(name) <= 253 else None
    try:
        return idna.encode(name, uts46=True, transitional=False).decode().lower() if len(name) <= 253 else None
    except (idna.IDNAError, ValueError, IndexError):
        return None
