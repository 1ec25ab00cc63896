"""The workspace of the demo: a bug that a test finds, keys that open nothing, and an `ssh` on machines without one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from callwarden.demo import scenery
from callwarden.launch import interpreter


def test_the_test_fails_until_the_bug_is_mended(tmp_path: Path) -> None:
    stage = scenery.build(tmp_path)
    run = [interpreter.python(), "-m", "unittest", "-q"]
    assert subprocess.run(run, cwd=stage.workspace, capture_output=True, check=False).returncode != 0
    (stage.workspace / "tinymath.py").write_text("def add(a, b):\n    return a + b\n")
    shutil.rmtree(stage.workspace / "__pycache__", ignore_errors=True)
    assert subprocess.run(run, cwd=stage.workspace, capture_output=True, check=False).returncode == 0


def test_keys_are_new_each_time_and_in_the_form_that_is_recognised(tmp_path: Path) -> None:
    first, second = (
        (scenery.build(tmp_path / name).home / ".aws" / "credentials").read_text() for name in ("one", "two")
    )
    assert first != second
    assert "aws_access_key_id = AKIA" in first


def test_a_machine_without_ssh_gets_a_program_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.which

    def without_ssh(name: str, path: str | None = None) -> str | None:
        return None if name == "ssh" else real(name, path=path)

    monkeypatch.setattr(shutil, "which", without_ssh)
    stage = scenery.build(tmp_path)
    assert os.access(Path(stage.programs) / "ssh", os.X_OK)
