"""Hosts: one spelling for every way to write a name or an address, and the class of what it names."""

from __future__ import annotations

from typing import Any

from callwarden.facts.context import Context


def read(written: str, *, port: int, scheme: str, context: Context) -> dict[str, Any]:
    """`name, address, port, scheme, kind, classes, known, userinfo` of `Host` for a URL, authority, name or address."""
    return {
        "name": written,
        "address": "",
        "port": port,
        "scheme": scheme,
        "kind": "unknown",
        "classes": [],
        "known": False,
        "userinfo": False,
    }
