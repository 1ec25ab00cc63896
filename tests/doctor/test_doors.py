"""`doctor` on a machine where everything can be put up: every door is asked, and every door refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

import callwarden
from callwarden.launch.testing import unavailable


@pytest.mark.xdist_group("run")
@pytest.mark.skipif(bool(unavailable()), reason=unavailable())
def test_every_door_that_is_up_refuses_the_synthetic_call(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "callwarden", "doctor", "--json", "--data", str(tmp_path / "data")],
        env={**os.environ, "PYTHONPATH": str(Path(callwarden.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = orjson.loads(done.stdout)
    found = {check["name"]: check for check in said["checks"]}
    for door in ("tool", "process", "egress"):
        assert found[f"{door} door"]["state"] == "ok", found
    assert done.returncode == 0, found
