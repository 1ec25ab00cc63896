"""Engines: what runs the Rego. Both kinds are OPA, so both answer alike: `embedded` in process, `opa` a server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from callwarden.errors import UsageError

if TYPE_CHECKING:
    from callwarden.engine.bundle import Bundle


class Engine(Protocol):
    """Evaluates `data.callwarden.decision.answer`. Safe to call from several threads at once."""

    name: str

    @property
    def policy_digest(self) -> str: ...

    @property
    def revision(self) -> str: ...

    def evaluate(self, document: bytes, *, deadline: float) -> bytes:
        """The answer (JSON) to an input document (JSON) within `deadline` seconds.

        Raises `EngineError` for anything but an answer: a failing built-in, an undefined or conflicting rule,
        a timeout, a server that can't be reached. There is no default answer.
        """
        ...

    def close(self) -> None: ...


def open_engine(name: str, bundle: Bundle, *, url: str | None = None) -> Engine:
    """The engine `embedded`, or `opa` on the server at `url`, with a bundle. What an engine needs is imported here.

    For `opa`, the environment may hold CALLWARDEN_OPA_TOKEN (a bearer token) and CALLWARDEN_OPA_CA (a file with the
    authority that signed the server's certificate).
    """
    if name == "embedded":
        from callwarden.engine.embedded import Embedded  # noqa: PLC0415

        return Embedded(bundle)
    if name != "opa":
        raise UsageError(f"there is no engine {name!r}", help="The engines are `embedded` and `opa`.")
    if not url:
        raise UsageError("the engine `opa` needs the URL of its server", help="For example http://127.0.0.1:8181.")
    from callwarden.engine.opa import OpaServer  # noqa: PLC0415

    return OpaServer(url, bundle, token=os.environ.get("CALLWARDEN_OPA_TOKEN"), ca=os.environ.get("CALLWARDEN_OPA_CA"))
