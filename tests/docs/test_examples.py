"""The documentation's examples are run: every `console` block whose output is shown prints that output."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import callwarden

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
VARYING = re.compile(r"policy [0-9a-f]{12}, \d+ µs")


def sessions() -> Iterator[object]:
    """Blocks that show output; one that only names commands is not run here."""
    for page in PAGES:
        for number, found in enumerate(BLOCK.finditer(page.read_text())):
            if any(not line.startswith("$ ") for line in found[1].splitlines()):
                yield pytest.param(found[1], id=f"{page.relative_to(ROOT)}-{number}")


@pytest.mark.parametrize("session", list(sessions()))
def test_an_example_prints_what_the_page_says(session: str, tmp_path: Path) -> None:
    lines = session.splitlines()
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    said = [line for line in lines if not line.startswith("$ ")]
    own = f'python3() {{ "{sys.executable}" "$@"; }}\ncallwarden() {{ python3 -m callwarden "$@"; }}\n'
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(callwarden.__file__).parents[1]),
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),  # where the bridge is
        "COLUMNS": "120",
    }
    done = subprocess.run(
        ["bash", "-c", own + "\n".join(commands)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        timeout=60,
        check=False,
    )
    assert normal(done.stdout) == normal("\n".join(said)), done.stderr


def normal(text: str) -> list[str]:
    return VARYING.sub("policy 000000000000, 0 µs", text).strip().splitlines()


def test_there_are_examples_to_run() -> None:
    assert len(list(sessions())) >= 4


@pytest.mark.parametrize("page", [*PAGES, ROOT / "THREATMODEL.md"], ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text())
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing
