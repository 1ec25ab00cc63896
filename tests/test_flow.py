from typing import Any

import pytest

from callwarden.decision import Decision, Effect, Finding, gate_finding, refused, strictest
from callwarden.flow import Approved, Ask, Denied, Refuse, Run, Unanswered, answered, holds, judge
from callwarden.testing import finding


def decided(*findings: Finding) -> Decision:
    return Decision(effect=strictest(findings), findings=list(findings))


ASK = judge(decided(finding("escalate", rule="shell.remote", help="ask for it")), "enforce")


@pytest.mark.parametrize(("effect", "step"), [("allow", Run), ("escalate", Ask), ("deny", Refuse)])
def test_an_effect_is_what_happens_when_it_is_enforced(effect: str, step: type) -> None:
    assert type(judge(decided(finding(effect)), "enforce")) is step


@pytest.mark.parametrize("effect", ["allow", "escalate", "deny"])
def test_observing_runs_whatever_policy_says(effect: str) -> None:
    step = judge(decided(finding(effect)), "observe")
    assert isinstance(step, Run)
    assert step.observed is (effect != "allow")
    assert step.decision.effect == effect


@pytest.mark.parametrize(
    ("held", "step"),
    [
        (finding("deny", rule="credentials.leak"), Refuse),
        (finding("escalate", rule="credentials.store"), Ask),
        (finding("deny", rule="self.socket"), Refuse),
        (gate_finding("engine", "dead"), Refuse),
        (gate_finding("identity", "other"), Refuse),
    ],
)
def test_observing_holds_credentials_self_and_failures_of_the_gate(held: Finding, step: type) -> None:
    result = judge(decided(finding("deny", rule="other.rule"), held), "observe")
    assert type(result) is step
    assert result.finding == held


def test_an_uncovered_part_is_policy_and_not_a_failure() -> None:
    assert isinstance(judge(decided(gate_finding("uncovered", "nothing allows it")), "observe"), Run)
    assert isinstance(judge(decided(gate_finding("uncovered", "nothing allows it")), "enforce"), Refuse)


def test_an_allow_of_a_held_family_holds_nothing() -> None:
    assert not holds(finding("allow", rule="self.fine"))


def test_a_decision_without_findings_is_never_run() -> None:
    with pytest.raises(ValueError, match="empty"):
        judge(Decision(effect=Effect.DENY, findings=[]), "observe")


def test_approved_runs_and_keeps_what_policy_said() -> None:
    assert isinstance(ASK, Ask)
    step = answered(ASK, Approved("alex", "t1", "once"))
    assert isinstance(step, Run)
    assert (step.approval, step.decision.effect) == ("t1", Effect.ESCALATE)


@pytest.mark.parametrize(
    ("approval", "rule", "ticket"),
    [(Denied("alex", "t1"), "gate.denied", ""), (Unanswered("t1", "nobody was there"), "gate.unanswered", "t1")],
)
def test_anything_but_approved_is_refused_and_says_why(approval: Any, rule: str, ticket: str) -> None:
    assert isinstance(ASK, Ask)
    step = answered(ASK, approval)
    assert isinstance(step, Refuse)
    assert (step.finding.rule, step.ticket, step.decision.effect) == (rule, ticket, Effect.DENY)
    assert "shell.remote" in step.finding.reason
    assert step.finding.help == "ask for it"
    assert [one.rule for one in step.decision.findings] == ["shell.remote", rule]


def test_a_reason_of_any_length_fits_a_finding() -> None:
    ask = judge(decided(finding("escalate", reason="x" * 4096)), "enforce")
    assert isinstance(ask, Ask)
    assert isinstance(answered(ask, Unanswered("t", "y" * 5000)), Refuse)


def test_a_gate_refusal_refuses() -> None:
    assert isinstance(judge(refused(gate_finding("malformed", "no")), "enforce"), Refuse)
