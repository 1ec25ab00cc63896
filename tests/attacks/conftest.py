"""Attacks on whole runs under the starter policies; all of it stays on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from callwarden.launch.testing import Runner
from callwarden.sandbox.platform import missing, probe

PROVIDED = probe()
LACKING = [feature.name for door in ("namespaces", "exec") for feature in missing(PROVIDED, door)]


@pytest.fixture(autouse=True)
def _enforceable() -> None:
    if LACKING:
        pytest.skip(f"no run can be put up on this machine ({', '.join(LACKING)}); `callwarden doctor` says why")
    if find_spec("mitmproxy") is None:
        pytest.skip("the egress door: install callwarden[egress]")


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    made = Runner(tmp_path)
    yield made
    made.close()
