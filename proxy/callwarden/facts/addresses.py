"""Addresses as they are written: decimal, octal, hexadecimal, short, mapped; one canonical form for all."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address

# Carriers of an IPv4 address in its last 32 bits: mapped, NAT64 (RFC 6052, RFC 8215), ISATAP, and compatible (RFC 4291)
_CARRIERS = tuple(
    IPv6Network(n) for n in ("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "::/96")
)
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_ISATAP = re.compile(r":0?(?:200:)?5efe:", re.IGNORECASE)
# Not `ipaddress.is_private`: that counts the documentation nets, which are nobody's own network
_PRIVATE = tuple(
    ip_network(n)
    for n in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "198.18.0.0/15",
        "fc00::/7",
        "fec0::/10",
    )
)
_BROADCAST = IPv4Address("255.255.255.255")
_THIS_NETWORK = ip_network("0.0.0.0/8")


def parse(text: str) -> Address | None:
    """The address that a text is in any spelling the C library takes, unwrapped; None for anything else."""
    if ":" in text:
        return _v6(text)
    value = _v4(text)
    return None if value is None else IPv4Address(value)


def numeric(text: str) -> bool:
    """It ends in a number, so it can be no name (WHATWG URL, "ends in a number")."""
    last = text.rpartition(".")[2]
    return last.isdigit() or bool(re.fullmatch(r"0x[0-9a-f]*", last, re.IGNORECASE))


def kind(address: Address) -> str:
    """`loopback`, `private` … by range alone; metadata services are data."""
    if address.is_unspecified or (isinstance(address, IPv4Address) and address in _THIS_NETWORK):
        return "unspecified"
    if address.is_loopback:
        return "loopback"
    if address.is_link_local:
        return "link_local"
    if address.is_multicast or address == _BROADCAST:
        return "multicast"
    return "private" if any(address.version == net.version and address in net for net in _PRIVATE) else "public"


def _v4(text: str) -> int | None:
    """inet_aton(3): one to four numbers, each decimal, octal or hexadecimal, the last filling what is left."""
    pieces = text.split(".")
    if not 1 <= len(pieces) <= 4:
        return None
    numbers = [_number(piece) for piece in pieces]
    known = [number for number in numbers if number is not None]
    if len(known) < len(pieces) or any(number > 255 for number in known[:-1]) or known[-1] >= 256 ** (5 - len(known)):
        return None
    value = known[-1]
    for place, number in enumerate(known[:-1]):
        value += number << (24 - 8 * place)
    return value


def _number(text: str) -> int | None:
    if not text.isascii() or len(text) > 32:
        return None
    if re.fullmatch(r"0[xX][0-9a-fA-F]*", text):
        return int(text[2:] or "0", 16)
    if re.fullmatch(r"0[0-7]+", text):
        return int(text, 8)
    return int(text) if re.fullmatch(r"0|[1-9][0-9]*", text) else None


def _v6(text: str) -> Address | None:
    bare = text.partition("%")[0]  # a zone says by which interface, not where
    try:
        address = IPv6Address(bare)
    except (AddressValueError, ValueError):
        return None
    return _carried(address) or address


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address an IPv6 address stands for."""
    low = int(address) & 0xFFFFFFFF
    if low > 0xFFFF and any(address in net for net in _CARRIERS):
        return IPv4Address(low)
    if address in _CARRIERS[0]:
        return IPv4Address(low)
    if address in _SIX_TO_FOUR:
        return IPv4Address((int(address) >> 80) & 0xFFFFFFFF)
    if address in _TEREDO:
        return IPv4Address(low ^ 0xFFFFFFFF)
    return IPv4Address(low) if _ISATAP.search(address.exploded) else None
