"""Allowing a command allows that command: with an unknown program behind it the same line is not allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from callwarden import golden
from callwarden.call import ShellCall
from callwarden.decision import Effect
from callwarden.engine import Engine
from callwarden.engine.bundle import Bundle

ALLOWED = [
    case
    for case in golden.load(Path(__file__).parents[1] / "cases")
    if case.effect is Effect.ALLOW and isinstance(case.call, ShellCall) and "#" not in case.call.command
]


@pytest.mark.parametrize("behind", ["; frobnicate", "\nfrobnicate --now", " && ./../frobnicate"])
@pytest.mark.parametrize("case", ALLOWED, ids=lambda case: case.name)
def test_an_unknown_program_behind_an_allowed_line(
    case: golden.Case, behind: str, embedded: Engine, starter: Bundle
) -> None:
    assert isinstance(case.call, ShellCall)
    call = case.call.model_copy(update={"command": case.call.command + behind})
    assert case.decide(embedded, starter.tables, call).effect is not Effect.ALLOW
