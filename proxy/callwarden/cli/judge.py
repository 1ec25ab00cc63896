"""What `check` and `facts` stand on: a bundle, its engine, and one decision without a gate, a log or a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from callwarden.call import Call, Session
from callwarden.cli.lines import Line
from callwarden.decision import Decision, Finding, gate_finding, refused
from callwarden.engine import Engine, open_engine
from callwarden.engine.bundle import Bundle
from callwarden.errors import UsageError
from callwarden.facts.context import Context
from callwarden.judging import Judged, examine


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides about calls and records nothing. Safe to use from several threads."""

    bundle: Bundle
    engine: Engine
    resolve: bool = False

    def examine(self, call: Call, session: Session) -> Judged:
        """The decision, and the facts that it rests on."""
        return examine(call, Context.of(session, self.bundle.tables, resolve=self.resolve), self.engine, session)

    def refuse(self, finding: Finding) -> Decision:
        """The decision about a call that no policy is asked about."""
        return refused(finding).model_copy(update={"revision": self.engine.revision})

    def malformed(self, line: Line) -> Decision:
        return self.refuse(
            gate_finding("malformed", f"this is no call: {line.problem}", "send a call in the documented form")
        )


@contextmanager
def opened(bundle: Bundle, engine: str, opa_url: str | None, *, resolve: bool) -> Iterator[Judge]:
    """A judge over a bundle, in the engine that a command line names."""
    if (engine == "opa") != (opa_url is not None):
        raise UsageError("--engine opa and --opa-url belong together", help="the URL is that of the OPA server")
    running = open_engine(engine, bundle, url=opa_url)
    try:
        yield Judge(bundle, running, resolve)
    finally:
        running.close()
