"""Name resolution for everything the worker dials: the addresses that were checked are the ones that are dialled.

It replaces the loop's `getaddrinfo`, so there is no second look-up between check and use (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from callwarden.egress import addresses, names

Infos = list[tuple[Any, ...]]
Allowed = Callable[[str, str, int], Awaitable[bool]]
MAX_ADDRESSES = 16  # of one name; the rest is not dialled


class Resolver:
    """`allowed(name, address, port)` is asked about each address that is not public."""

    def __init__(
        self, real: Callable[..., Awaitable[Infos]], allowed: Allowed, exempt: frozenset[tuple[str, int]]
    ) -> None:
        self._real = real
        self._allowed = allowed
        self._exempt = exempt  # the person's own upstream proxy, which is configuration
        self._checked: set[str] = set()

    @classmethod
    def install(cls, allowed: Allowed, exempt: frozenset[tuple[str, int]] = frozenset()) -> Resolver:
        loop = asyncio.get_running_loop()
        resolver = cls(loop.getaddrinfo, allowed, exempt)
        loop.getaddrinfo = resolver  # type: ignore[method-assign]
        return resolver

    async def __call__(self, host: Any, port: Any, **hints: Any) -> Infos:
        name = host.decode() if isinstance(host, bytes) else str(host)
        infos = [info for info in await self._resolved(name, port, hints) if await self._dialled(name, info)]
        if not infos:
            raise OSError(f"{name} has no address that may be dialled: it is private and not allowed by itself")
        return infos

    def checked(self, address: str) -> bool:
        """Whether this address came out of here: a connection to any other is cut."""
        return addresses.unwrapped(address) in self._checked

    async def _resolved(self, name: str, port: Any, hints: dict[str, Any]) -> Infos:
        if not names.local(name):
            return (await self._real(name, port, **hints))[:MAX_ADDRESSES]
        hints = {**hints, "flags": socket.AI_NUMERICHOST, "family": 0}
        return [info for own in ("127.0.0.1", "::1") for info in await self._real(own, port, **hints)]

    async def _dialled(self, name: str, info: tuple[Any, ...]) -> bool:
        address, port = info[4][0], info[4][1]
        allowed = (
            (name, port) in self._exempt
            or addresses.public(address)
            or (names.local(name) and addresses.loopback(address))
            or await self._allowed(name, addresses.unwrapped(address), port)
        )
        if allowed:
            self._checked.add(addresses.unwrapped(address))
        return allowed
