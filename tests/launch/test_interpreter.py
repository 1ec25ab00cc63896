"""The Python and the client that programs of our own use behind callwarden."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from callwarden.launch import interpreter


def test_a_python_of_the_system_is_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter.shutil, "which", lambda name, path: f"/usr/bin/{name}")  # type: ignore[attr-defined]
    assert interpreter.python() == "/usr/bin/python3"
    assert interpreter.path() == interpreter.SYSTEM_PATH


def test_without_one_it_is_our_own_and_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter.shutil, "which", lambda name, path: None)  # type: ignore[attr-defined]
    assert interpreter.python() == sys.executable
    assert interpreter.path().startswith(f"{Path(sys.executable).parent}:")


def test_the_client_alone_is_enough_to_ask_a_gate(tmp_path: Path) -> None:
    library = interpreter.client(tmp_path)
    done = subprocess.run(
        [sys.executable, "-S", "-c", "from callwarden.client import Client; Client.connect()"],
        env={"PYTHONPATH": str(library), "PATH": os.defpath},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert "GateGone: no gate is known here" in done.stderr
