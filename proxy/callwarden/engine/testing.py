"""Helpers for tests of engines: a bundle small enough to see through, and documents that it can be asked about.

It allows commands whose program stands in `data.callwarden.org.allowed`, and denies any call of kind `odd`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import orjson

SMALL: Mapping[str, str] = {
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


def lay(root: Path, changes: Mapping[str, str | None] | None = None, *, over: Mapping[str, str] = SMALL) -> Path:
    """Writes the small bundle into a folder, with files changed, added, or (None) left out."""
    for name, text in {**over, **(changes or {})}.items():
        if text is not None:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    return root


def document(*programs: str, kind: str = "shell") -> bytes:
    """As much of an input document as the small bundle reads."""
    commands = [{"part": f"commands/{place}", "program": program} for place, program in enumerate(programs)]
    return orjson.dumps({"kind": kind, "facts": {"commands": commands}})
