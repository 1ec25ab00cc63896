"""What a person gives up with `--unsafe-without` is said before anything starts, and stands in the session's record."""

from __future__ import annotations

import pytest

from callwarden.call import Protection
from callwarden.launch.plan import WAIVABLE
from callwarden.launch.testing import Runner


@pytest.mark.parametrize("waived", WAIVABLE)
def test_a_run_without_a_protection_starts_warns_and_says_so_on_record(runner: Runner, waived: Protection) -> None:
    status, out, err = runner.run("sh", "-c", "echo ran", options=("--unsafe-without", waived))
    assert (status, out) == (0, "ran\n"), err
    assert err.startswith(f"callwarden: UNSAFE: without {waived}: ")
    opened = runner.records("session")[0]["data"]
    assert opened["without"] == [waived]
    assert opened["session"]["protections"] == [name for name in WAIVABLE if name != waived]
    assert bool(runner.records("decision")) == (waived != "exec")


def test_all_of_them_at_once_still_leave_the_tool_door(runner: Runner) -> None:
    options = tuple(text for name in WAIVABLE for text in ("--unsafe-without", name))
    status, out, err = runner.run("sh", "-c", "test -S $CALLWARDEN_SOCKET && echo there", options=options)
    assert (status, out) == (0, "there\n")
    assert err.count("UNSAFE: without") == len(WAIVABLE)
    assert runner.records("session")[0]["data"]["session"]["protections"] == []
