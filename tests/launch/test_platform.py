"""What this machine can't enforce stops a run, unless a person gave it up by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from callwarden.errors import PlatformError
from callwarden.launch import platform
from callwarden.sandbox.platform import Feature

WORKING = Feature("user_namespace", "namespaces", available=True, reason="works here")
LACKING = Feature("jail", "namespaces", available=False, reason="EPERM", without="the network is open")
REPORTED = Feature("landlock", "", available=False, reason="not in this kernel")


def machine(monkeypatch: pytest.MonkeyPatch, *features: Feature) -> None:
    monkeypatch.setattr(
        platform, "probe", lambda proven=frozenset(): [one for one in features if one.name not in proven]
    )


def test_a_machine_that_can_is_pinned_feature_by_feature(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, WORKING, REPORTED)
    found = platform.required(frozenset())
    assert [feature["name"] for feature in found] == ["user_namespace", "landlock"]


def test_what_is_missing_stops_the_run_and_names_the_way_on(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, WORKING, LACKING)
    with pytest.raises(PlatformError, match=r"can't enforce namespaces \(jail: EPERM\)") as error:
        platform.required(frozenset({"exec"}))
    assert "--unsafe-without namespaces" in error.value.help
    assert "the network is open" in error.value.help
    assert error.value.exit_code == 125


def test_what_was_given_up_by_name_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, WORKING, LACKING)
    found = platform.required(frozenset({"namespaces"}))
    assert [feature["available"] for feature in found] == [True, False]


def test_programs_that_gain_rights_are_listed_by_name(tmp_path: Path) -> None:
    for name, mode in (("sudo", 0o4755), ("su", 0o755), ("doas", 0o4755), ("chage", 0o4755)):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(mode)
    assert platform.weakened(str(tmp_path)) == ["doas", "sudo"]


def test_a_jail_is_tried_by_itself_only_where_none_will_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, WORKING, LACKING, REPORTED)
    with platform.asked(frozenset()) as asked:
        assert [feature["name"] for feature in asked.result()] == ["landlock"]
    with platform.asked(frozenset({"namespaces"})) as asked:
        assert [feature["name"] for feature in asked.result()] == ["user_namespace", "jail", "landlock"]
