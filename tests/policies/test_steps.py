"""What an ordinary call costs the policies, in steps of OPA's evaluator: a count is the same on every machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from callwarden.call import Session, parse
from callwarden.document import document
from callwarden.engine import bundle
from callwarden.facts.context import Context
from callwarden.facts.derive import derive

# Some tenth above what it was when this was written (919, 1168): a rule that looks through everything, or a table that
# is gone through name by name, is seen here first.
COMMANDS = {"git status": 1_020, "cd src && grep -rn TODO . | sort | head -20": 1_300}


@pytest.mark.parametrize("command", COMMANDS)
def test_an_ordinary_call_takes_no_more_steps_than_it_did(command: str, tmp_path: Path) -> None:
    opa = shutil.which("opa") or shutil.which("opa", path=str(Path(sys.executable).parent))
    if opa is None:
        pytest.skip("steps of an evaluation: not counted; `make tools` builds the `opa` command")
    loaded = bundle.load(None)
    session = Session(id="steps", agent="steps", principal="steps")
    call = parse({"id": "steps", "kind": "shell", "command": command, "cwd": session.workspace})
    asked = tmp_path / "input.json"
    asked.write_bytes(document(call, derive(call, Context.of(session, loaded.tables)), session))
    assert _steps(opa, asked) <= COMMANDS[command]


def _steps(opa: str, asked: Path) -> int:
    policies = Path(__file__).parents[2] / "policies"
    asking = ["--bundle", str(policies), "--input", str(asked), "--profile", "--profile-limit", "100000"]
    done = subprocess.run(
        [opa, "eval", *asking, "--format", "json", "data.callwarden.decision.answer"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return sum(line["num_eval"] for line in json.loads(done.stdout)["profile"])
