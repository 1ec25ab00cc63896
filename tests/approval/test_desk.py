from typing import Any

import pytest

from callwarden.approval.desk import Case, Desk
from callwarden.audit.record import Parts
from callwarden.call import Session
from callwarden.decision import Decision, Effect
from callwarden.document import Cause
from callwarden.errors import AuditError
from callwarden.facts.model import Facts
from callwarden.flow import Ask, Refuse, Run
from callwarden.session.live import Live
from callwarden.testing import Absent, Person, call, finding

ESCALATED = finding("escalate")
ASK = Ask(Decision(effect=Effect.ESCALATE, findings=[ESCALATED]), ESCALATED)
WAITS = {"tool": 1.0}


class Written(list[Parts]):
    def write(self, parts: Parts) -> str:
        self.append(parts)
        return f"r{len(self)}"


def case(session: str = "s", **fields: Any) -> Case:
    return Case(call(**fields), Facts(), Live(Session(id=session)), "tool", Cause())


def test_a_yes_lets_run_and_is_written_before_it_counts() -> None:
    written = Written()
    step = Desk(Person("once"), written.write, WAITS).settle(ASK, case(id="c1"))
    assert isinstance(step, Run)
    assert [(parts.type, parts.call, parts.data["choice"]) for parts in written] == [("vote", "c1", "once")]


def test_a_vote_moves_the_epoch_of_its_session() -> None:
    asked = case()
    Desk(Person("deny"), Written().write, WAITS).settle(ASK, asked)
    assert asked.live.state.epoch == 1


def test_a_vote_that_cannot_be_written_grants_nothing() -> None:
    def unwritable(parts: Parts) -> str:
        raise AuditError("full")

    person = Person("session")
    desk = Desk(person, unwritable, WAITS)
    for _ in range(2):
        with pytest.raises(AuditError):
            desk.settle(ASK, case())
    assert len(person.asked) == 2


def test_a_person_sees_the_call_the_rule_and_the_door() -> None:
    person = Person("deny")
    Desk(person, Written().write, WAITS).settle(ASK, case(command="git push"))
    (question,) = person.asked
    assert (question.text, question.rule, question.door, question.kind) == ("git push", "test.rule", "tool", "shell")


def test_a_request_that_nobody_answered_stays_open_for_a_later_vote() -> None:
    written = Written()
    desk = Desk(Absent(), written.write, {"tool": 0.01})
    step = desk.settle(ASK, case())
    assert isinstance(step, Refuse)
    assert [request.ticket for request in desk.open()] == [step.ticket]
    assert desk.vote(step.ticket, "once", "alex")
    assert desk.vote(step.ticket, "once", "alex") is None
    assert not desk.open()
    assert len(written) == 1
    assert isinstance(desk.settle(ASK, case()), Run)
    assert isinstance(desk.settle(ASK, case()), Refuse)


def test_an_unknown_ticket_takes_no_vote_and_none_is_written() -> None:
    written = Written()
    assert Desk(Absent(), written.write, WAITS).vote("nothing", "once", "alex") is None
    assert not written


def test_a_door_that_nobody_named_does_not_wait() -> None:
    person = Person("once")
    step = Desk(person, Written().write, {}).settle(ASK, case())
    assert isinstance(step, Refuse)
    assert step.ticket
    assert not person.asked


def test_an_ended_session_leaves_no_grant() -> None:
    person = Person("session")
    desk = Desk(person, Written().write, WAITS)
    desk.settle(ASK, case())
    desk.end("s")
    desk.settle(ASK, case())
    assert len(person.asked) == 2
