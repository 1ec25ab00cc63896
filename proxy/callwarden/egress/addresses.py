"""Which addresses lie on the public internet. Pure.

Everything else (this machine, its networks, cloud metadata, multicast, what is translated to any of these) is dialled
only if the gate allows the address itself.
"""

from __future__ import annotations

import ipaddress

# Addresses that carry an IPv4 address which somebody else unwraps: NAT64, 6to4, Teredo, IPv4-compatible.
_TRANSLATED = [
    ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
]
_METADATA = frozenset({"168.63.129.16"})  # Azure's, in a public range


def unwrapped(text: str) -> str:
    """The address without zone, an IPv4-mapped one as IPv4. Raises `ValueError` for what is no address."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


def literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def public(text: str) -> bool:
    """Whether an address may be dialled because its name was allowed. What can't be read is not public."""
    try:
        address = ipaddress.ip_address(unwrapped(text))
    except ValueError:
        return False
    if any(address.version == net.version and address in net for net in _TRANSLATED):
        return False
    return address.is_global and not address.is_multicast and str(address) not in _METADATA


def loopback(text: str) -> bool:
    return ipaddress.ip_address(unwrapped(text)).is_loopback
