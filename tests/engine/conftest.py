"""A bundle small enough to see through: `shell.ordinary` allows commands whose program is in the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

SMALL = {
    ".manifest": '{"roots": ["callwarden"], "rego_version": 1}',
    "callwarden/bundle/data.yaml": "revision: small-1\n",
    "callwarden/facts/programs/data.yaml": "ls: {}\n",
    "callwarden/org/data.yaml": "allowed: [ls, cat]\n",
    "callwarden/decision/decision.rego": """package callwarden.decision

findings := {finding | some family; some finding in data.callwarden.rules[family].findings}

effects := {finding.effect | some finding in findings}

answer := {"effect": _effect, "findings": findings, "revision": data.callwarden.bundle.revision}

default _effect := "deny"

_effect := "escalate" if {
	not "deny" in effects
	"escalate" in effects
}

_effect := "allow" if effects == {"allow"}
""",
    "callwarden/rules/shell/shell.rego": """package callwarden.rules.shell

findings contains {"rule": "shell.ordinary", "effect": "allow", "part": part, "reason": "known"} if {
	some command in input.facts.commands
	command.program in data.callwarden.org.allowed
	part := command.part
}

findings contains {"rule": "shell.odd", "effect": "deny", "part": "call", "reason": "odd"} if {
	input.kind == "odd"
}
""",
    "callwarden/rules/shell/shell_test.rego": """package callwarden.rules.shell_test

import data.callwarden.rules.shell

_runs(program) := {"kind": "shell", "facts": {"commands": [{"part": "commands/0", "program": program}]}}

test_ls_is_allowed if {
	count(shell.findings) == 1 with input as _runs("ls")
}

test_nothing_else_is if {
	count(shell.findings) == 0 with input as _runs("rm")
}
""",
}

Lay = Callable[..., Path]


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    """Lays the small bundle into a folder, with files changed, added, or (None) left out."""

    def laid(changes: Mapping[str, str | None] | None = None, *, name: str = "policies", small: bool = True) -> Path:
        root = tmp_path / name
        for path, text in {**(SMALL if small else {}), **(changes or {})}.items():
            if text is not None:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
        return root

    return laid
