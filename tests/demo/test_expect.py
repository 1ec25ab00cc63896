"""A demo that fails says so: every expectation that is not met has a sentence."""

from __future__ import annotations

from typing import Any

from callwarden.demo.expect import ATTEMPTS, Outcome, failures, leading, outcomes
from callwarden.demo.world import World


def denial(door: str, *rules: str, effect: str = "deny", run: bool = False) -> dict[str, Any]:
    findings = [{"rule": rule, "effect": effect, "severity": "low"} for rule in rules]
    return {"type": "decision", "effect": effect, "door": door, "findings": findings, "data": {"run": run}}


def everything() -> list[dict[str, Any]]:
    return [denial(attempt.door, f"{sorted(attempt.families)[0]}.some") for attempt in ATTEMPTS]


def reached(**counts: int) -> World:
    world = World()
    world.reached.update(counts)
    return world


def test_all_that_must_happen_is_no_failure() -> None:
    assert list(failures(0, outcomes(everything()), reached(mirror=1))) == []


def test_each_attempt_that_nothing_stopped_is_named() -> None:
    records = everything()
    for number, attempt in enumerate(ATTEMPTS):
        found = outcomes(records[:number] + records[number + 1 :])
        assert any(outcome.record is None for outcome in found), attempt.what
    said = list(failures(0, outcomes([]), reached(mirror=1)))
    assert len(said) == len(ATTEMPTS)


def test_what_was_let_run_was_not_stopped() -> None:
    records = [denial(a.door, f"{sorted(a.families)[0]}.some", run=True) for a in ATTEMPTS]
    assert all(outcome.record is None for outcome in outcomes(records))


def test_a_rule_that_allowed_stopped_nothing() -> None:
    records = [denial(a.door, f"{sorted(a.families)[0]}.some", effect="allow") for a in ATTEMPTS]
    assert all(outcome.record is None for outcome in outcomes(records))


def test_an_escalation_that_nobody_answered_is_a_refusal() -> None:
    records = [denial(a.door, f"{sorted(a.families)[0]}.some", effect="escalate") for a in ATTEMPTS]
    assert all(outcome.record for outcome in outcomes(records))


def test_a_refusal_at_another_door_or_for_another_reason_does_not_count() -> None:
    attempt = ATTEMPTS[0]
    assert outcomes([denial("egress", "tunnel.reverse")])[0] == Outcome(attempt, None)
    assert outcomes([denial("tool", "shell.unparsable")])[0] == Outcome(attempt, None)


def test_honest_work_that_failed_and_servers_that_were_reached_are_failures() -> None:
    said = " ".join(failures(1, outcomes(everything()), reached(ssh=1, pool=2, drop=3)))
    for text in ("honest work", "never reached the mirror", "ssh server", "pool server", "drop server"):
        assert text in said


def test_the_rule_that_is_shown_is_the_policys_before_the_gates() -> None:
    assert leading(denial("tool", "gate.uncovered", "tunnel.reverse")) == "tunnel.reverse (+1)"
    assert leading(denial("tool", "tunnel.reverse")) == "tunnel.reverse"
