"""The way from a call to a decision without a log: what a batch and the gate share."""

from typing import Any

import pytest

from callwarden.call import Session, parse
from callwarden.decision import Decision, Effect
from callwarden.engine import Engine
from callwarden.errors import EngineError, EngineTimeout
from callwarden.facts.context import Context
from callwarden.judging import examine, malformed, read
from callwarden.testing import EXAMPLES, Answering, Failing, call

SESSION = Session(id="s")


def rule(decision: Decision) -> str:
    return decision.leading.rule


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_of_call_is_decided_by_its_parts(kind: str) -> None:
    judged = examine(call(kind), Context(), Answering("allow"), SESSION)
    assert judged.decision.effect is Effect.ALLOW
    assert {one.part for one in judged.decision.findings} == set(judged.facts.parts)


def test_a_decision_says_by_which_policy_and_engine_it_was_reached() -> None:
    decision = examine(call(), Context(), Answering("deny"), SESSION).decision
    assert (decision.engine, decision.revision, decision.policy_digest) == ("answering", "test", "0" * 64)


def test_a_call_is_read_from_json_text_decoded_json_or_a_call() -> None:
    made = call(id="c1", command="ls")
    decoded = {"id": "c1", "kind": "shell", "command": "ls"}
    assert read(made) is made
    assert read(decoded) == made == read(b'{"id": "c1", "kind": "shell", "command": "ls"}')


@pytest.mark.parametrize("thing", [None, 1, [], {}, b"{", "{", b"\xff", {"kind": "shell"}])
def test_anything_else_is_malformed(thing: object) -> None:
    decision = read(thing)
    assert isinstance(decision, Decision)
    assert (rule(decision), decision.effect) == ("gate.malformed", Effect.DENY)


def test_a_long_complaint_fits_a_finding() -> None:
    assert rule(malformed("x" * 10_000)) == "gate.malformed"


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        (EngineTimeout("1 s passed"), "no decision in time"),
        (EngineError("a rule is undefined"), "a rule is undefined"),
        (ZeroDivisionError(), "ZeroDivisionError"),
        (b"not json", "another shape"),
    ],
)
def test_an_engine_without_an_answer_is_named_in_the_refusal(failure: Exception | bytes, says: str) -> None:
    decision = examine(call(), Context(), Failing(failure), SESSION).decision
    assert rule(decision) == "gate.engine"
    assert says in decision.leading.reason


def test_another_identity_is_refused_before_any_policy_is_asked() -> None:
    engine = Answering()
    decision = examine(parse({**_shell(), "session": {"team": "red"}}), Context(), engine, SESSION).decision
    assert rule(decision) == "gate.identity"
    assert not engine.documents


def test_one_decision_is_made_with_one_bundle_whatever_is_swapped_meanwhile() -> None:
    class Swapped(Answering):
        """Answers on another bundle than the one it shows; only the pinned one is whole."""

        revision = "newer"

        def pinned(self) -> Engine:
            return Answering("allow")

    assert examine(call(), Context(), Swapped(), SESSION).decision.revision == "test"


def test_the_deadline_reaches_the_engine() -> None:
    seen: list[float] = []

    class Watching(Answering):
        def pinned(self) -> Engine:
            return self

        def evaluate(self, document: bytes, *, deadline: float) -> bytes:
            seen.append(deadline)
            return super().evaluate(document, deadline=deadline)

    examine(call(), Context(), Watching(), SESSION, deadline=0.25)
    examine(call(), Context(), Watching(), SESSION)
    assert seen == [0.25, 1.0]


def _shell() -> dict[str, Any]:
    return {"id": "c1", "kind": "shell", "command": "ls"}
