"""The page about the command line says what the commands say."""

from __future__ import annotations

from pathlib import Path

import pytest

from callwarden.cli.commands import COMMANDS
from callwarden.cli.reference import page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_on_the_page(name: str) -> None:
    assert f"\n### callwarden {name}\n" in page()


def test_the_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text() == page(), "run scripts/cli-reference --write"
