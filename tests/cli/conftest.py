"""A small bundle: `ls` is allowed, `git` escalated, everything else denied. So small that each answer is foreseen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callwarden.engine.testing import lay

REGO = """package callwarden.decision

answer := {"effect": _effect, "findings": [found | some found in _found], "revision": "test"}

_found contains {
    "rule": "test.program",
    "effect": _of(input.call),
    "part": part,
    "reason": "because the test says so",
    "help": "ask the test",
    "severity": "low",
    "tags": ["test"],
} if some part in input.facts.parts

_of(call) := "allow" if startswith(call.command, "ls")
else := "escalate" if startswith(call.command, "git")
else := "deny"

default _effect := "deny"

_effect := "escalate" if {
    "escalate" in {found.effect | some found in _found}
}

_effect := "allow" if {
    {found.effect | some found in _found} == {"allow"}
}
"""


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        ".manifest": json.dumps({"roots": ["callwarden"], "rego_version": 1}),
        "callwarden/bundle/data.yaml": "revision: test\n",
        "callwarden/profiles/coding/data.yaml": "title: coding\n",
        "callwarden/profiles/locked/data.yaml": "title: locked\n",
        "callwarden/facts/paths/data.yaml": "classes: {}\n",
        "callwarden/decision/decision.rego": REGO,
    }
    return lay(tmp_path_factory.mktemp("bundle"), over=files)
