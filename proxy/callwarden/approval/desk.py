"""Where escalated calls wait for a person: grants first, then the approver. A vote is on record before it counts."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from callwarden import config
from callwarden.approval import Answer, Approver, Choice, Question
from callwarden.approval.cover import covers
from callwarden.approval.pending import Request, Table, subject
from callwarden.approval.show import described
from callwarden.audit import entries
from callwarden.audit.record import Parts
from callwarden.call import Call
from callwarden.document import Cause, Point
from callwarden.facts.model import Facts
from callwarden.flow import Approval, Approved, Ask, Denied, Refuse, Run, Unanswered, answered
from callwarden.session.live import Live
from callwarden.session.state import Voted

NOT_ASKED = "nobody is asked at the {door} door unless a person sits at the terminal of `callwarden run`"


@dataclass(frozen=True, slots=True)
class Case:
    """An escalated call with all that an approval may depend on."""

    call: Call
    facts: Facts
    live: Live[Any]
    door: Point
    cause: Cause


class Desk:
    """Safe from many threads. `write` makes a record durable or raises."""

    def __init__(self, approver: Approver, write: Callable[[Parts], str], waits: Mapping[str, float]) -> None:
        self._approver = approver
        self._write = write
        self._waits = waits
        self._table = Table()
        self._lock = threading.Lock()

    def settle(self, ask: Ask, case: Case) -> Run | Refuse:
        """Turns an escalation into Run or Refuse. Blocks while a person is asked, at most as long as the door waits."""
        approved = self._by_cause(ask, case) or self._by_grant(case)
        return answered(ask, approved or self._asked(ask, case, self._request(case)))

    def vote(self, ticket: str, choice: Choice, by: str, call: str = "") -> Request | None:
        """One person's answer, on record before it counts. None when the request is unknown, expired or settled."""
        with self._lock:
            request = next((one for one in self._table.open(time.monotonic()) if one.ticket == ticket), None)
            if request is None:
                return None
            self._write(entries.vote(request.session, call, ticket, choice, by))
            self._table.vote(ticket, choice, by, time.monotonic(), lasts=config.GRANT.default)
        return request

    def open(self) -> list[Request]:
        with self._lock:
            return self._table.open(time.monotonic())

    def end(self, session: str) -> None:
        with self._lock:
            self._table.end(session)

    def close(self) -> None:
        self._approver.close()

    def _by_cause(self, ask: Ask, case: Case) -> Approved | None:
        """An effect of a call that a person allowed, and part of what they saw."""
        if case.door == "tool" or case.cause.confidence not in {"exact", "inferred"}:
            return None
        window = case.live.window(case.cause.id)
        if window and covers(window.granted, ask.decision.findings, case.facts):
            return Approved("", f"cause:{case.cause.id}", "cause")
        return None

    def _by_grant(self, case: Case) -> Approved | None:
        with self._lock:
            grant = self._table.consume(case.live.session.id, subject(case.call), time.monotonic())
        return Approved(grant.by, grant.ticket, grant.scope) if grant else None

    def _request(self, case: Case) -> str:
        ticket, now = secrets.token_hex(4), time.monotonic()
        request = Request(ticket, case.live.session.id, subject(case.call), now + config.GRANT.default)
        with self._lock:
            self._table.request(request, now)
        return ticket

    def _asked(self, ask: Ask, case: Case, ticket: str) -> Approval:
        wait = self._waits.get(case.door, 0.0)
        if wait <= 0:
            return Unanswered(ticket, NOT_ASKED.format(door=case.door))
        answer = self._put(_question(ask, case, ticket), wait)
        if answer.choice is None:
            return Unanswered(ticket, answer.why or "nobody answered", answer.help)
        if self.vote(ticket, answer.choice, answer.by, case.call.id) is None:
            return Unanswered(ticket, "the answer came too late")
        case.live.note(Voted())
        if answer.choice == "deny":
            return Denied(answer.by, ticket)
        return self._by_grant(case) or Unanswered(ticket, "the answer was used up by the same call elsewhere")

    def _put(self, question: Question, wait: float) -> Answer:
        try:
            return self._approver.ask(question, timeout=wait)
        except Exception as error:  # an approver that fails has not approved
            return Answer(None, why=f"asking failed: {type(error).__name__}")


def _question(ask: Ask, case: Case, ticket: str) -> Question:
    call, finding = case.call, ask.finding
    session, text = case.live.session.id, described(call)
    return Question(ticket, session, case.door, call.kind, text, finding.rule, finding.reason, finding.help)
