"""What a host is: its kind, and its classes from the `hosts` table, by name (label-wise), address, scheme or port."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any

from callwarden.facts import addresses
from callwarden.facts.compiled import Compiled
from callwarden.facts.context import Context

OUTSIDE = {"public", "name"}  # a port says something only of a machine that is not ours
_DASHED = re.compile(r"(?:^|[.-])(\d{1,3}(?:[.-]\d{1,3}){3})(?=$|[.-])")
_HEXADECIMAL = re.compile(r"(?:^|[.-])([0-9a-f]{8})$")


class Table:
    """The `hosts` table by what it is looked up by. `names` holds suffixes: `ngrok.io` is also `x.ngrok.io`."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        entries = [(name, entry) for name, group in data.get("classes", {}).items() for entry in group]
        self.names = _by(entries, "names")
        self.addresses = _by(entries, "addresses")
        self.schemes = _by(entries, "schemes")
        self.ports = _by(entries, "ports")
        self.labels = [(name, re.compile(label)) for name, entry in entries for label in entry.get("labels", ())]
        self.exempt = {name for _, entry in entries for name in entry.get("except", ())}
        self.loopback = set(data.get("loopback_names", ()))
        self.spelling = set(data.get("address_names", ()))


table = Compiled("hosts", Table)


def classes(name: str, context: Context, *, address: str, port: int, scheme: str, kind: str) -> list[str]:
    """The classes of a host. An address and a name are looked up alike, a port only where the host is not ours."""
    known = table(context)
    found = {*known.schemes.get(scheme, ()), *known.addresses.get(address, ())}
    if kind in OUTSIDE:
        found.update(known.ports.get(str(port), ()))
    if not address:
        suffixes = list(_suffixes(name))
        found.update(c for suffix in suffixes for c in known.names.get(suffix, ()))
        if known.exempt.isdisjoint(suffixes):
            found.update(c for c, label in known.labels for part in name.split(".")[:-1] if label.fullmatch(part))
    return sorted(found)


def kind_of_address(address: addresses.Address, context: Context) -> str:
    found = table(context).addresses.get(str(address), ())
    return "metadata" if "metadata" in found else addresses.kind(address)


def kind_of_name(name: str, context: Context) -> str:
    """`localhost` and its like are loopback, wherever a resolver would send them; a name may spell an address."""
    known = table(context)
    suffixes = list(_suffixes(name))
    if "localhost" in suffixes or not known.loopback.isdisjoint(suffixes):
        return "loopback"
    if any("metadata" in known.names.get(suffix, ()) for suffix in suffixes):
        return "metadata"
    for suffix in known.spelling.intersection(suffixes):
        address = _spelled(name.removesuffix("." + suffix))
        return kind_of_address(address, context) if address else "unknown"
    return "name"


def _spelled(prefix: str) -> addresses.Address | None:
    """The address in `10.0.0.1.nip.io`, `app-10-0-0-1.nip.io` or `0a000001.nip.io`, without the suffix."""
    found = _DASHED.findall(prefix)
    if found:
        return addresses.parse(found[-1].replace("-", "."))
    code = _HEXADECIMAL.search(prefix)
    return ip_address(int(code[1], 16)) if code else addresses.parse(prefix.rpartition(".")[2].replace("-", ":"))


def _suffixes(name: str) -> Iterator[str]:
    labels = name.split(".")
    for start in range(len(labels)):
        yield ".".join(labels[start:])


def _by(entries: list[tuple[str, Mapping[str, Any]]], field: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, entry in entries:
        for key in entry.get(field, ()):
            found.setdefault(str(key), set()).add(name)
    return found
