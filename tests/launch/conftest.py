"""A bundle that allows everything but what says `forbidden`, which is denied, or `delicate`, which is escalated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callwarden.engine.testing import lay

REGO = """package callwarden.decision

_word := concat(" ", input.call.argv) if input.kind == "exec"
else := input.call.command if input.kind == "shell"
else := input.call.url if input.kind == "http"
else := input.call.host if input.kind == "connect"
else := ""

_effect := "deny" if contains(_word, "forbidden")
else := "deny" if {
    input.door == "egress"
    contains(_word, "invalid")
}
else := "escalate" if contains(_word, "delicate")
else := "allow"

answer := {"effect": _effect, "revision": "test", "findings": [found |
    some part in input.facts.parts
    found := {
        "rule": "test.word",
        "effect": _effect,
        "part": part,
        "reason": "because the test says so",
        "help": "ask the test",
        "severity": "low",
        "tags": [],
    }
]}
"""


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        ".manifest": json.dumps({"roots": ["callwarden"], "rego_version": 1}),
        "callwarden/bundle/data.yaml": "revision: test\n",
        "callwarden/profiles/coding/data.yaml": "title: coding\n",
        "callwarden/facts/paths/data.yaml": "classes: {}\n",
        "callwarden/agents/data.yaml": "known:\n  hosts: [api.example.org]\n  state: ['~/.known']\n",
        "callwarden/jail/data.yaml": 'masked:\n  "~/.keys": {reason: keys}\nreadonly: {}\n',
        "callwarden/decision/decision.rego": REGO,
    }
    return lay(tmp_path_factory.mktemp("bundle"), over=files)
