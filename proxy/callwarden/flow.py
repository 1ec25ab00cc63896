"""What happens to one call: Run, Ask or Refuse. Pure, and shared by every driver.

`judge` looks at a decision, `answered` at what a person said. Every Refuse carries the finding that says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from callwarden.decision import Decision, Effect, Finding, gate_finding

HELD_WHEN_OBSERVING = frozenset({"credentials", "self"})
# What no policy found, as against what failed: observing lifts it like a policy's own answer.
LIFTED_GATE_RULES = frozenset({"gate.uncovered"})


@dataclass(frozen=True, slots=True)
class Run:
    """`observed`: policy would have stopped it, and the session only observes. `approval`: who let it run."""

    decision: Decision
    finding: Finding
    observed: bool = False
    approval: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    decision: Decision
    finding: Finding


@dataclass(frozen=True, slots=True)
class Refuse:
    """`ticket`: the request that a person may still allow; a retry then runs."""

    decision: Decision
    finding: Finding
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    by: str
    ticket: str
    scope: Literal["once", "session", "cause"]


@dataclass(frozen=True, slots=True)
class Denied:
    by: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nobody answered: `why`, and `help` how to get an answer."""

    ticket: str
    why: str
    help: str = ""


Approval: TypeAlias = Approved | Denied | Unanswered


def judge(decision: Decision, mode: Literal["enforce", "observe"]) -> Run | Ask | Refuse:
    """`observe` lets run what policy would stop, except what `holds` even then."""
    if mode == "observe" and decision.effect is not Effect.ALLOW:
        return _observed(decision)
    return _enforced(decision, decision.leading)


def answered(ask: Ask, approval: Approval) -> Run | Refuse:
    match approval:
        case Approved():
            return Run(ask.decision, ask.finding, approval=approval.ticket)
        case Denied():
            return refuse(ask, "denied", f"{approval.by} said no to this call ({ask.finding.rule})", ask.finding.help)
        case Unanswered():
            reason = f"this call needs a person's approval ({ask.finding.rule}: {ask.finding.reason}); {approval.why}"
            refused = refuse(ask, "unanswered", reason, approval.help or ask.finding.help)
            return Refuse(refused.decision, refused.finding, approval.ticket)
        case _:
            assert_never(approval)


def refuse(ask: Ask, rule: str, reason: str, help: str) -> Refuse:
    """An escalation that ends in a refusal keeps the findings that led to it."""
    finding = gate_finding(rule, reason[:4096], help[:4096])
    update = {"effect": Effect.DENY, "findings": [*ask.decision.findings, finding]}
    return Refuse(ask.decision.model_copy(update=update), finding)


def holds(finding: Finding) -> bool:
    """Whether a finding stops a call even when the session only observes: it is the gate's, or of a held family."""
    family = finding.rule.partition(".")[0]
    if finding.effect is Effect.ALLOW or finding.rule in LIFTED_GATE_RULES:
        return False
    return family == "gate" or family in HELD_WHEN_OBSERVING


def _observed(decision: Decision) -> Run | Ask | Refuse:
    held = [finding for finding in decision.findings if holds(finding)]
    if not held and decision.findings:
        return Run(decision, decision.leading, observed=True)
    leading = max(held, key=lambda finding: finding.effect.strictness, default=decision.leading)
    return _enforced(decision.model_copy(update={"effect": leading.effect}), leading)


def _enforced(decision: Decision, leading: Finding) -> Run | Ask | Refuse:
    match decision.effect:
        case Effect.ALLOW:
            return Run(decision, leading)
        case Effect.ESCALATE:
            return Ask(decision, leading)
        case Effect.DENY:
            return Refuse(decision, leading)
        case _:
            assert_never(decision.effect)
