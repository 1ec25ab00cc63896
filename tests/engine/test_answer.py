"""What an engine answers is held to what *allowed* means."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.decision import Effect
from callwarden.engine.answer import MAX_FINDINGS, decide
from callwarden.errors import EngineError
from callwarden.facts.model import Facts


class Named:
    """As much of an engine as a decision names."""

    name = "embedded"
    policy_digest = "d" * 64
    revision = "r1"

    def evaluate(self, document: bytes, *, deadline: float) -> bytes:
        raise AssertionError("an answer is read without asking again")

    def close(self) -> None: ...


def finding(effect: str, part: str = "commands/0", **more: Any) -> dict[str, Any]:
    return {"rule": "shell.ordinary", "effect": effect, "part": part, "reason": "because", **more}


def answer(effect: str, *findings: dict[str, Any], **more: Any) -> bytes:
    return orjson.dumps({"effect": effect, "findings": findings, "revision": "r1", **more})


def decided(given_answer: bytes, *parts: str) -> Any:
    return decide(given_answer, Facts(parts=list(parts or ["commands/0"])), engine=Named(), micros=7)


def test_an_allow_that_covers_every_part_is_an_allow_that_says_by_what_it_was_reached() -> None:
    decision = decided(answer("allow", finding("allow"), finding("allow", "paths/0")), "commands/0", "paths/0")
    assert decision.effect is Effect.ALLOW
    assert (decision.engine, decision.revision, decision.policy_digest, decision.micros) == (
        "embedded",
        "r1",
        "d" * 64,
        7,
    )


def test_an_allow_over_a_part_that_no_rule_speaks_about_is_an_error() -> None:
    with pytest.raises(EngineError, match="no rule speaks about paths/0"):
        decided(answer("allow", finding("allow")), "commands/0", "paths/0")


def test_a_deny_without_a_denying_finding_is_explained_by_the_uncovered_parts() -> None:
    decision = decided(answer("deny", finding("allow")), "commands/0", "paths/0")
    assert decision.effect is Effect.DENY
    assert [(f.rule, f.part) for f in decision.findings if f.effect is Effect.DENY] == [("gate.uncovered", "paths/0")]


def test_nothing_found_is_refused_for_every_part() -> None:
    decision = decided(answer("deny"), "commands/0", "hosts/0")
    assert [f.part for f in decision.findings] == ["commands/0", "hosts/0"]
    assert decision.leading.rule == "gate.uncovered"


def test_an_escalation_that_leaves_a_part_uncovered_is_refused() -> None:
    decision = decided(answer("escalate", finding("escalate")), "commands/0", "paths/0")
    assert decision.effect is Effect.DENY


def test_a_denied_call_is_not_cluttered_with_its_uncovered_parts() -> None:
    decision = decided(answer("deny", finding("deny", "call")), "commands/0", "paths/0")
    assert [f.rule for f in decision.findings] == ["shell.ordinary"]


def test_a_call_without_parts_must_itself_be_covered() -> None:
    nothing = Facts(parts=[])
    assert decide(answer("deny"), nothing, engine=Named(), micros=0).effect is Effect.DENY
    assert decide(answer("allow", finding("allow", "call")), nothing, engine=Named(), micros=0).effect is Effect.ALLOW


@pytest.mark.parametrize(
    ("effect", "found"),
    [("allow", "escalate"), ("allow", "deny"), ("escalate", "deny"), ("escalate", "allow"), ("deny", "allow")],
)
def test_an_effect_other_than_its_findings_add_up_to_is_an_error(effect: str, found: str) -> None:
    with pytest.raises(EngineError, match="their findings say"):
        decided(answer(effect, finding(found)))


def test_a_finding_about_a_part_that_the_call_does_not_have_is_an_error() -> None:
    with pytest.raises(EngineError, match="commands/7"):
        decided(answer("allow", finding("allow"), finding("allow", "commands/7")))


def test_an_answer_of_another_revision_is_an_error() -> None:
    with pytest.raises(EngineError, match="revision 'r2'"):
        decided(answer("allow", finding("allow"), revision="r2"))


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"effect": "allow"}',
        answer("maybe"),
        answer("allow", finding("allow", severity="grave")),
        answer("allow", finding("allow", rule="no dot")),
        answer("allow", finding("allow", reason="")),
        answer("allow", finding("allow", extra=1)),
        answer("allow", finding("allow"), extra=1),
        answer("allow", {"effect": "allow"}),
    ],
)
def test_an_answer_of_another_shape_is_an_error(broken: bytes) -> None:
    with pytest.raises(EngineError, match="another shape"):
        decided(broken)


def test_more_findings_than_a_call_can_have_are_an_error() -> None:
    with pytest.raises(EngineError, match="more than a call can have"):
        decided(answer("allow", *[finding("allow")] * (MAX_FINDINGS + 1)))


_FINDINGS = st.lists(
    st.tuples(st.sampled_from(["allow", "escalate", "deny"]), st.sampled_from(["call", "commands/0", "paths/0"])),
    max_size=6,
)


@given(st.sampled_from(["allow", "escalate", "deny"]), _FINDINGS)
def test_whatever_is_answered_an_allow_means_every_part_allowed(effect: str, findings: list[tuple[str, str]]) -> None:
    try:
        decision = decided(answer(effect, *(finding(*each) for each in findings)), "commands/0", "paths/0")
    except EngineError:
        return
    if decision.effect is Effect.ALLOW:
        assert {effect for effect, _ in findings} == {"allow"}
        assert {"commands/0", "paths/0"} <= {part for _, part in findings}
