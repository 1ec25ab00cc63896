"""Attacks on whole runs under the starter policies; all of it stays on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from callwarden.launch.testing import Runner, unavailable


@pytest.fixture(autouse=True)
def _enforceable() -> None:
    if reason := unavailable():
        pytest.skip(reason)


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    made = Runner(tmp_path)
    yield made
    made.close()
