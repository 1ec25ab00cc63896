"""What is what: programs under another name, and calls under another's id."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from callwarden.launch.testing import Runner

pytestmark = pytest.mark.xdist_group("run")

LINKERS = sorted(Path("/lib64").glob("ld-linux*.so.*")) + sorted(Path("/lib").glob("ld-linux*.so.*"))
TUNNEL = ("-N", "-R", "8080:localhost:22", "host.example")

needs_ssh = pytest.mark.skipif(not shutil.which("ssh", path="/usr/bin:/bin"), reason="there is no ssh to try it with")


@needs_ssh
@pytest.mark.skipif(not LINKERS, reason="another C library")
def test_the_dynamic_linker_does_not_start_what_is_refused(runner: Runner) -> None:
    status, _, err = runner.run(str(LINKERS[0]), "/usr/bin/ssh", *TUNNEL)
    assert status == 126
    assert "tunnel." in err


@needs_ssh
def test_a_renamed_copy_is_judged_as_what_it_is(runner: Runner) -> None:
    shutil.copy("/usr/bin/ssh", runner.workspace / "notes")
    status, _, err = runner.run("./notes", *TUNNEL)
    assert status == 126
    assert "tunnel." in err


@needs_ssh
def test_a_copy_of_the_programs_own_making_is_too(runner: Runner) -> None:
    runner.write("copy.sh", f"cp /usr/bin/ssh /tmp/x; ln /tmp/x y || cp /tmp/x y; ./y {' '.join(TUNNEL)}\n")
    status, _, err = runner.run("/bin/sh", "copy.sh")
    assert status == 126
    assert "tunnel." in err


def test_a_copy_of_something_ordinary_still_runs(runner: Runner) -> None:
    shutil.copy("/bin/echo", runner.workspace / "say")
    assert runner.run("./say", "hello")[:2] == (0, "hello\n")
