"""Effects, findings and the decision they add up to: the strictest wins, and nothing found is a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Literal

from pydantic import Field

from callwarden.call import Wire

Severity = Literal["info", "low", "medium", "high", "critical"]


class Effect(StrEnum):
    """What happens to a call. Ordered by strictness: `deny` over `escalate` over `allow`."""

    ALLOW = "allow"
    ESCALATE = "escalate"
    DENY = "deny"

    @property
    def strictness(self) -> int:
        return _STRICTNESS[self]


_STRICTNESS = {Effect.ALLOW: 0, Effect.ESCALATE: 1, Effect.DENY: 2}


class Finding(Wire):
    """One rule's answer about one part of a call (`commands/3`, `opaque/0`, or `call` for the whole of it)."""

    rule: str = Field(min_length=3, max_length=128, pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
    effect: Effect = Field(strict=False)
    part: str = Field(default="call", max_length=64)
    reason: str = Field(min_length=1, max_length=4096)
    help: str = Field(default="", max_length=4096)
    severity: Severity = "info"
    tags: list[str] = Field(default_factory=list)


class Decision(Wire):
    """The effect for one call with all its findings, and by which policy and engine it was reached."""

    effect: Effect = Field(strict=False)
    findings: list[Finding]
    policy_digest: str = ""
    revision: str = ""
    engine: str = ""
    micros: int = Field(default=0, ge=0)

    @property
    def leading(self) -> Finding:
        """The finding to show first: the strictest, and among equals the gravest."""
        return max(self.findings, key=lambda f: (f.effect.strictness, _GRAVITY[f.severity]))


_GRAVITY: dict[str, int] = {"info": 0, "low": 1, "medium": 2, "high": 3, "critical": 4}


def strictest(findings: Iterable[Finding]) -> Effect:
    """The strictest effect found; nothing found is `deny`."""
    return max((f.effect for f in findings), key=lambda e: e.strictness, default=Effect.DENY)


def uncovered(parts: Sequence[str], findings: Iterable[Finding]) -> list[str]:
    """The parts no finding speaks about. A finding on `call` covers the part `call` alone, not the others."""
    covered = {finding.part for finding in findings}
    return [part for part in parts if part not in covered]


def gate_finding(rule: str, reason: str, help: str = "", part: str = "call") -> Finding:
    """A refusal by the gate itself, not by a policy: `gate.malformed`, `gate.engine`, `gate.uncovered` …"""
    return Finding(rule=f"gate.{rule}", effect=Effect.DENY, part=part, reason=reason, help=help, severity="high")


def refused(finding: Finding) -> Decision:
    """A decision that rests on one refusal, for where no engine was asked or its answer can't be trusted."""
    return Decision(effect=Effect.DENY, findings=[finding])
