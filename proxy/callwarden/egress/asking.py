"""The door's way to the gate: one question a call, and a refusal whenever there is no answer."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Sequence
from typing import Any, Protocol, TypedDict

from callwarden import config
from callwarden.egress.ruling import Ruling, read, refusal
from callwarden.errors import DoorError

PATIENCE = config.ASK.default + 30.0  # seconds; an evaluation ends after one, a question to a person after ASK


class Origin(TypedDict, total=False):
    """Where a call comes from: the connection that a request is in, or the client's port, which finds its process."""

    parent: str
    port: int


def origin(peername: Sequence[Any] | None, tunnel: str = "") -> Origin:
    """What is known of a client's call, from its address; a request in a judged tunnel belongs to the tunnel."""
    if tunnel:
        return {"parent": tunnel}
    return {"port": peername[1]} if peername else {}


class Gate(Protocol):
    """What `callwarden.client.AsyncClient` is to the door."""

    async def decide(self, call: dict[str, Any], *, timeout: float | None = None, **extra: Any) -> dict[str, Any]: ...
    async def complete(
        self, call_id: str, result: dict[str, Any], *, timeout: float | None = None
    ) -> dict[str, Any]: ...


class Asking:
    """Calls get ids of their own; completions are sent behind the traffic's back, and `settled` waits for them."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._prefix = f"egress-{secrets.token_hex(6)}"
        self._numbers = itertools.count(1)
        self._sending: set[asyncio.Task[None]] = set()

    async def decide(self, kind: str, *, origin: Origin | None = None, **fields: Any) -> tuple[str, Ruling]:
        """The call's id and what is to happen. Never raises."""
        call_id = f"{self._prefix}-{next(self._numbers)}"
        try:
            answer = await self._gate.decide(
                {"id": call_id, "kind": kind, **fields}, timeout=PATIENCE, **(origin or {})
            )
            return call_id, read(answer)
        except (DoorError, ValueError) as problem:
            return call_id, refusal("gate", str(problem), "nothing is let through without the gate's word", 503)

    def complete(self, call_id: str, **result: Any) -> None:
        """Reports how a call ended that was let run."""
        task = asyncio.get_running_loop().create_task(self._complete(call_id, result))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def settled(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending, timeout=PATIENCE)

    async def _complete(self, call_id: str, result: dict[str, Any]) -> None:
        try:
            await self._gate.complete(call_id, result, timeout=PATIENCE)
        except DoorError:
            return  # the gate has gone, and the worker goes with it; the decision itself is on record
