"""What the gate writes down about calls, and the answer that each record allows.

Everything here returns after its record is durable, or raises `AuditError`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from callwarden.approval.cover import shown
from callwarden.audit import entries
from callwarden.audit.record import Parts, Payload, plain
from callwarden.audit.sqlite import AuditLog
from callwarden.call import Call, _Call
from callwarden.decision import Decision, Finding, refused
from callwarden.document import Cause, Point
from callwarden.facts.context import Context
from callwarden.facts.model import Facts
from callwarden.flow import Refuse, Run
from callwarden.judging import Judged
from callwarden.session.live import Live, Window
from callwarden.session.state import Decided, taints


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one call. Only `run` says whether it may run; `finding` is what to show, `ticket` a way to ask."""

    decision: Decision
    run: bool
    record: str
    finding: Finding
    ticket: str = ""

    def wire(self) -> dict[str, Any]:
        return {
            "decision": self.decision.model_dump(mode="json"),
            "run": self.run,
            "record": self.record,
            "finding": self.finding.model_dump(mode="json"),
            "ticket": self.ticket,
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the gate, as it goes through it. `parent` is the call it comes from, if known."""

    live: Live[Verdict]
    door: Point
    context: Context
    cause: Cause
    call: Call
    digest: str
    parent: str = ""


class Book:
    def __init__(self, log: AuditLog, tables: Mapping[str, Any], clock: Callable[[], int]) -> None:
        self.log = log
        self._tables = tables
        self._clock = clock

    def write(self, parts: Parts, payload: Payload | None = None) -> str:
        return self.log.append(replace(parts, time_ns=self._clock()), payload).id

    def settled(self, asked: Asked, step: Run | Refuse, judged: Judged) -> Verdict:
        """A judged call. Its taint is marked and its window opens before the answer, so that its effects find both."""
        run = isinstance(step, Run)
        asked.live.note(Decided(step.decision.effect, run, taints(judged.facts) if run else frozenset()))
        payload = entries.payload(asked.call, judged.facts, asked.context)
        record = self._decision(asked, step.decision, judged.facts, payload, run=run, **_noted(step))
        if isinstance(step, Refuse):
            return Verdict(step.decision, False, record, step.finding, step.ticket)
        granted = shown(judged.facts) if step.approval else frozenset[str]()
        asked.live.opened(asked.call.id, Window(record, asked.door, granted, asked.cause))
        asked.live.started(asked.call, asked.door, asked.cause)
        return Verdict(step.decision, True, record, step.finding)

    def unasked(self, asked: Asked, finding: Finding) -> Verdict:
        """A call that is refused before any policy is asked about it."""
        decided = refused(finding)
        record = self._decision(asked, decided, Facts(), None, run=False, rule=finding.rule)
        return Verdict(decided, False, record, finding)

    def unread(self, finding: Finding, call: object, session: str, door: Point) -> Verdict:
        """What is no call, or nobody's call: on record with the digest of what came."""
        decided = refused(finding)
        parts = entries.decision(
            decided,
            Facts(),
            session=str(plain(session))[:256],
            door=door,
            context=Context(tables=self._tables),
            call_id=_claimed_id(call),
            raw_digest=_raw_digest(call),
            run=False,
            rule=finding.rule,
        )
        return Verdict(decided, False, self.write(parts), finding)

    def _decision(self, asked: Asked, decided: Decision, facts: Facts, payload: Payload | None, **data: Any) -> str:
        parts = entries.decision(
            decided,
            facts,
            session=asked.live.session.id,
            door=asked.door,
            context=asked.context,
            call=asked.call,
            cause=asked.cause,
            **({"parent": asked.parent} if asked.parent else {}),
            **data,
        )
        return self.write(parts, payload)


def _noted(step: Run | Refuse) -> dict[str, Any]:
    """What a record says besides the decision, and nothing that is empty."""
    if isinstance(step, Run):
        said = {"rule": step.finding.rule, "observed": step.observed, "approval": step.approval}
    else:
        said = {"rule": step.finding.rule, "ticket": step.ticket}
    return {key: value for key, value in said.items() if value}


def _raw_digest(call: object) -> str:
    """SHA-256 over what came, as it came where it came as text."""
    match call:
        case bytes():
            raw = call
        case str():
            raw = call.encode("utf-8", "backslashreplace")
        case _Call():
            raw = call.model_dump_json().encode()
        case _:
            raw = repr(call).encode("utf-8", "backslashreplace")
    return hashlib.sha256(raw).hexdigest()


def _claimed_id(call: object) -> str:
    """The id of a malformed call, as far as it can be read."""
    try:
        data = orjson.loads(call) if isinstance(call, bytes | str) else call
    except orjson.JSONDecodeError:
        return ""
    name = data.get("id", "") if isinstance(data, dict) else getattr(data, "id", "")
    return name[:256] if isinstance(name, str) and name.isascii() and name.isprintable() else ""
