"""The page about the command line says what the commands say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from callwarden.cli.commands import COMMANDS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


@pytest.fixture(scope="module")
def page() -> str:
    """Made in a process of its own: commands remember under which names their help was first asked for."""
    program = "import sys; from callwarden.cli.reference import page; sys.stdout.write(page())"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_on_the_page(name: str, page: str) -> None:
    assert f"\n### callwarden {name}\n" in page


def test_the_page_is_what_the_commands_say(page: str) -> None:
    assert PAGE.read_text() == page, "run scripts/cli-reference --write"
