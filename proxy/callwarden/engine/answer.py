"""An engine's answer becomes a decision, and is held to what *allowed* means before anybody acts on it.

The policies say the same in Rego; this is the second pair of eyes. Whatever does not add up is an `EngineError`, which
the gate turns into a refusal: a wrong answer is no answer.
"""

from __future__ import annotations

from pydantic import ValidationError

from callwarden.call import Wire
from callwarden.decision import Decision, Effect, Finding, gate_finding, strictest, uncovered
from callwarden.engine import Engine
from callwarden.errors import EngineError
from callwarden.facts.model import Facts

MAX_FINDINGS = 65_536  # some for each of at most 4096 parts


class Answer(Wire):
    """`data.callwarden.decision.answer`, as every engine gives it."""

    effect: Effect
    findings: list[Finding]
    revision: str


def decide(answer: bytes, facts: Facts, *, engine: Engine, micros: int) -> Decision:
    """The decision in an answer about a call with these facts. Raises `EngineError` where they contradict each other.

    Where the findings deny nothing, each part that none of them speaks about adds a `gate.uncovered`.
    """
    said = _read(answer)
    missing = uncovered(facts.parts or ["call"], said.findings)
    _check(said, facts, engine, missing)
    effect = strictest(said.findings)
    findings = said.findings if effect is Effect.DENY and said.findings else [*said.findings, *map(_uncovered, missing)]
    return Decision(
        effect=strictest(findings),
        findings=findings,
        policy_digest=engine.policy_digest,
        revision=said.revision,
        engine=engine.name,
        micros=micros,
    )


def _check(said: Answer, facts: Facts, engine: Engine, missing: list[str]) -> None:
    if said.revision != engine.revision:
        raise EngineError(f"the answer is of policy revision {said.revision!r}, loaded is {engine.revision!r}")
    known = {"call", *facts.parts}
    for finding in said.findings:
        if finding.part not in known:
            raise EngineError(f"{finding.rule} speaks about {finding.part}, which this call does not have")
    found = strictest(said.findings)
    if said.effect is Effect.ALLOW and missing:
        raise EngineError(f"the policies allow a call although no rule speaks about {_some(missing)}")
    if said.effect is not found and not (missing and said.effect is Effect.DENY):
        raise EngineError(f"the policies answer {said.effect}, their findings say {found}")


def _read(answer: bytes) -> Answer:
    try:
        said = Answer.model_validate_json(answer)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "answer"
        raise EngineError(f"the policies gave an answer of another shape: {where}: {first['msg']}") from None
    if len(said.findings) > MAX_FINDINGS:
        raise EngineError(f"the policies gave {len(said.findings)} findings, more than a call can have")
    return said


def _uncovered(part: str) -> Finding:
    return gate_finding("uncovered", f"no rule allows {part}, and what no rule allows is refused", part=part)


def _some(parts: list[str]) -> str:
    return ", ".join(parts[:5]) + (" and others" if len(parts) > 5 else "")
