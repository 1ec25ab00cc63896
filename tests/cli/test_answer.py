"""In which order findings are shown."""

from __future__ import annotations

from callwarden.cli.answer import answer, ordered
from callwarden.decision import Decision, Effect
from callwarden.testing import finding


def test_the_strictest_comes_first_then_a_policys_own_then_the_gravest() -> None:
    found = [
        finding("allow", "a.allowed", severity="critical"),
        finding("escalate", "b.asked", severity="critical"),
        finding("deny", "gate.uncovered", severity="high"),
        finding("deny", "c.mild", severity="low"),
        finding("deny", "d.grave", severity="critical"),
    ]
    decision = Decision(effect=Effect.DENY, findings=found)
    assert [f.rule for f in ordered(decision)] == ["d.grave", "c.mild", "gate.uncovered", "b.asked", "a.allowed"]
    assert answer("c1", decision)["findings"][0]["rule"] == "d.grave"
