"""What a run says of itself: what is missing comes first and is never left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from callwarden.call import Session
from callwarden.launch.banner import closing, opening
from callwarden.launch.fragment import Fragment
from callwarden.launch.plan import WAIVABLE


def said(*, mode: str = "enforce", hosts: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> list[str]:
    session = Session.model_validate({"id": "run-1", "agent": "codex", "mode": mode})
    lines = opening(
        session, Fragment(hosts), policy="f" * 64, log=Path("/data"), without=frozenset(without), setuid=("sudo",)
    )
    return list(lines)


def test_the_banner_is_short_and_names_policy_and_log() -> None:
    lines = said()
    assert len(lines) <= 4
    assert "ffffffffffff" in lines[0]
    assert any("/data" in line for line in lines)


@pytest.mark.parametrize("name", WAIVABLE)
def test_what_is_not_enforced_comes_first(name: str) -> None:
    lines = said(without=(name,))
    assert lines[0].startswith(f"UNSAFE: without {name}")


def test_a_waived_door_is_not_listed_as_enforced() -> None:
    assert "network" not in said(without=("egress",))[1]
    assert "processes" not in said(without=("exec",))[1]


def test_observing_is_not_called_enforcing() -> None:
    assert "OBSERVING ONLY" in said(mode="observe")[0]
    assert "enforcing" not in said(mode="observe")[0]


def test_the_hosts_of_the_model_are_shown() -> None:
    assert any("api.example.org" in line for line in said(hosts=("api.example.org",)))


def test_the_last_line_counts_and_says_where_to_read() -> None:
    line = closing({"calls": 5, "refused": 2}, Path("/data"), "run-1", default_data=False)
    assert "5 calls, 2 refused" in line
    assert "callwarden audit tree --data /data --session run-1" in line
    assert "--data" not in closing({}, Path("/data"), "run-1", default_data=True)
