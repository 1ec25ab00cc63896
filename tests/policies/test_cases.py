"""Golden cases: each call gets its effect by its rule, and the same on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from callwarden import golden
from callwarden.decision import Decision
from callwarden.engine import Engine
from callwarden.engine.bundle import Bundle

CASES = golden.load(Path(__file__).parents[1] / "cases")
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}: {case.says}")


@each_case
def test_a_call_gets_its_effect_by_its_rule(case: golden.Case, embedded: Engine, starter: Bundle) -> None:
    decision = case.decide(embedded, starter.tables)
    assert (decision.effect, case.rule in {finding.rule for finding in decision.findings}) == (case.effect, True), (
        decision.findings
    )


@each_case
def test_both_engines_agree(case: golden.Case, embedded: Engine, server: Engine, starter: Bundle) -> None:
    assert _said(case.decide(embedded, starter.tables)) == _said(case.decide(server, starter.tables))


def test_every_family_has_cases() -> None:
    families = {place.parent.name for place in Path("policies/callwarden/rules").glob("*/*.rego")}
    assert families <= {case.rule.partition(".")[0] for case in CASES} | {"budget"}  # counters are no part of a call


def _said(decision: Decision) -> tuple[str, list[str]]:
    return decision.effect, sorted(finding.model_dump_json() for finding in decision.findings)
