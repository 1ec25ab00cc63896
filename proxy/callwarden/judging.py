"""From a call to a decision, without a log: what the gate and a batch share.

Total: whatever fails on the way is a refusal that says which step failed, never an exception.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol, cast, runtime_checkable

from callwarden import config
from callwarden.call import Call, Session, _Call, parse, parse_json
from callwarden.decision import Decision, Finding, gate_finding, refused
from callwarden.document import Cause, Point, State, document
from callwarden.engine import Engine, answer
from callwarden.errors import EngineError, EngineTimeout
from callwarden.facts.context import Context
from callwarden.facts.derive import derive
from callwarden.facts.model import Facts
from callwarden.session.identity import differs


@dataclass(frozen=True, slots=True)
class Judged:
    decision: Decision
    facts: Facts


def read(call: Call | object) -> Call | Decision:
    """A call from a `Call`, JSON text or decoded JSON; or the refusal of a malformed one."""
    if isinstance(call, _Call):
        return cast("Call", call)
    try:
        return parse_json(call) if isinstance(call, bytes | str) else parse(call)
    except (ValueError, TypeError, RecursionError) as error:
        return malformed(str(error))


def malformed(reason: str) -> Decision:
    return refused(gate_finding("malformed", f"this is no call: {reason}"[:4096], "the wire form is documented"))


def examine(
    call: Call,
    context: Context,
    engine: Engine,
    session: Session,
    *,
    state: State | None = None,
    door: Point = "tool",
    cause: Cause | None = None,
    deadline: float = config.DEADLINE.default,
) -> Judged:
    """The decision about a call with the facts that it rests on."""
    if fields := differs(call.session, session):
        reason = f"the call claims another session than its own: {', '.join(fields)}"
        return Judged(refused(gate_finding("identity", reason[:4096], "leave `session` out of the call")), Facts())
    try:
        facts = derive(call, context)
    except Exception as error:  # facts are total by contract; if they are not, the call is not known
        reason = f"the call could not be understood: {type(error).__name__}"
        return Judged(refused(gate_finding("facts", reason, "this is callwarden's fault; please report it")), Facts())
    try:
        asked = document(call, facts, session, state=state, door=door, cause=cause)
        return Judged(_evaluated(asked, facts, _pinned(engine), deadline), facts)
    except Exception as error:  # an engine that fails in a way of its own has given no answer either
        return Judged(refused(_engine_fault(error)), facts)


@runtime_checkable
class Swappable(Protocol):
    """An engine whose bundle may be swapped under it."""

    def pinned(self) -> Engine: ...


def _pinned(engine: Engine) -> Engine:
    """One decision is made and recorded with one bundle, whatever is swapped meanwhile."""
    return engine.pinned() if isinstance(engine, Swappable) else engine


def _evaluated(asked: bytes, facts: Facts, engine: Engine, deadline: float) -> Decision:
    began = time.perf_counter_ns()
    said = engine.evaluate(asked, deadline=deadline)
    micros = (time.perf_counter_ns() - began) // 1_000
    return answer.decide(said, facts, engine=engine, micros=micros)


def _engine_fault(error: Exception) -> Finding:
    match error:
        case EngineTimeout():
            reason = f"no decision in time: {error}"
        case EngineError():
            reason = f"no usable decision: {error}"
        case _:
            reason = f"no usable decision: {type(error).__name__}"
    return gate_finding("engine", reason[:4096], getattr(error, "help", "") or "see `callwarden doctor`")
