"""Engines: what runs the Rego. Both kinds are OPA, so both answer alike: `embedded` in process, `opa` a server."""

from __future__ import annotations

from typing import Protocol


class Engine(Protocol):
    """Evaluates `data.callwarden.decision.answer`. Safe to call from several threads at once."""

    name: str
    policy_digest: str
    revision: str

    def evaluate(self, document: bytes, *, deadline: float) -> bytes:
        """The answer (JSON) to an input document (JSON) within `deadline` seconds.

        Raises `EngineError` for anything but an answer: a failing built-in, an undefined or conflicting rule,
        a timeout, a server that can't be reached. There is no default answer.
        """
        ...

    def close(self) -> None: ...
