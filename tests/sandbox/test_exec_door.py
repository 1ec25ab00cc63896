"""Real programs behind the process door, with a gate that answers by function."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from callwarden.sandbox.testing import ran


def no_id(call: dict[str, Any]) -> bool:
    return Path(call["exe"]).name != "id"


def test_an_allowed_program_runs_and_its_status_is_ours(tmp_path: Path) -> None:
    done = ran(["sh", "-c", "echo out; echo err >&2; exit 7"], tmp_path)
    assert (done.status, done.out) == (7, "out\n")
    assert "err" in done.err
    assert done.gate.programs() == ["dash"]


def test_a_denied_exec_fails_with_eacces_and_one_line_on_stderr(tmp_path: Path) -> None:
    done = ran(["sh", "-c", "/usr/bin/id; echo rc=$?; /bin/true"], tmp_path, no_id)
    assert done.out == "rc=126\n"
    assert "callwarden: refused id: test.no: not in this test — ask the test\n" in done.err
    assert done.gate.programs() == ["dash", "id", "true"]


def test_a_denied_first_program_is_126_and_an_absent_one_127(tmp_path: Path) -> None:
    assert ran(["id"], tmp_path, no_id).status == 126
    absent = ran(["no-such-program"], tmp_path)
    assert absent.status == 127
    assert absent.gate.calls == []
