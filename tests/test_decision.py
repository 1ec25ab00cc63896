"""Findings add up to the strictest, and nothing found is a refusal."""

from __future__ import annotations

from itertools import permutations

import pytest

from callwarden.decision import Decision, Effect, Finding, strictest, uncovered


def finding(effect: Effect, part: str = "call") -> Finding:
    return Finding(rule="test.rule", effect=effect, part=part, reason="because")


def test_the_strictest_wins_in_any_order() -> None:
    for order in permutations([Effect.ALLOW, Effect.ESCALATE, Effect.DENY]):
        assert strictest(map(finding, order)) is Effect.DENY
    assert strictest([finding(Effect.ALLOW), finding(Effect.ESCALATE)]) is Effect.ESCALATE
    assert strictest([finding(Effect.ALLOW)]) is Effect.ALLOW


def test_nothing_found_is_a_refusal() -> None:
    assert strictest([]) is Effect.DENY


def test_a_finding_on_the_call_does_not_cover_its_parts() -> None:
    found = [finding(Effect.ALLOW), finding(Effect.ALLOW, "commands/0")]
    assert uncovered(["commands/0", "commands/1"], found) == ["commands/1"]


def test_the_leading_finding_is_the_strictest_and_then_the_gravest() -> None:
    mild, grave = (
        Finding(rule="a.b", effect=Effect.DENY, reason="x", severity="low"),
        Finding(rule="c.d", effect=Effect.DENY, reason="x", severity="critical"),
    )
    assert Decision(effect=Effect.DENY, findings=[finding(Effect.ALLOW), mild, grave]).leading is grave


@pytest.mark.parametrize("rule", ["norule", "Family.rule", "family.", ".rule", "a.b.c"])
def test_a_rule_id_is_family_and_rule(rule: str) -> None:
    with pytest.raises(ValueError, match="rule"):
        Finding(rule=rule, effect=Effect.DENY, reason="x")
