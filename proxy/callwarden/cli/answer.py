"""A decision as the JSON line that `check` prints. The keys and their order are part of the interface."""

from __future__ import annotations

from typing import Any

from callwarden.cli import wire
from callwarden.decision import Decision, Finding

_FINDING = ("rule", "effect", "reason", "help", "severity", "tags", "part")


def answer(id: str | int, decision: Decision) -> dict[str, Any]:
    """`{"id", "effect", "findings", "revision", "micros"}`, the strictest finding first."""
    return {
        "id": id,
        "effect": decision.effect.value,
        "findings": [{name: getattr(finding, name) for name in _FINDING} for finding in ordered(decision)],
        "revision": decision.revision,
        "micros": decision.micros,
    }


def ordered(decision: Decision) -> list[Finding]:
    """The findings as they are shown: strictest first, among equals a policy's own before the gate's."""
    return sorted(
        decision.findings,
        key=lambda f: (-f.effect.strictness, f.rule.startswith("gate."), -_GRAVITY.index(f.severity)),
    )


_GRAVITY = ("info", "low", "medium", "high", "critical")


def line(id: str | int, decision: Decision) -> bytes:
    return wire.line(answer(id, decision))
