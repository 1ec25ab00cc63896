"""The demo itself, as a newcomer runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import callwarden
from callwarden.launch.testing import unavailable


@pytest.mark.xdist_group("run")
@pytest.mark.skipif(bool(unavailable()), reason=unavailable())
@pytest.mark.skipif(find_spec("asyncssh") is None, reason="install callwarden[demo]")
def test_the_incident_is_stopped_and_the_honest_work_is_done() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "callwarden", "demo"],
        env={**os.environ, "PYTHONPATH": str(Path(callwarden.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "Everything that had to be stopped was" in done.stdout
    assert "intact" in done.stdout
    for door in ("tool", "process", "egress"):
        assert f"\n  {door}" in done.stdout
