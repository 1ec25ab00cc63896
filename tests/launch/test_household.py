"""What of a home is covered, what is read-only, and what a person may show."""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from typing import Any

import pytest

from callwarden.engine import bundle
from callwarden.errors import BundleError
from callwarden.launch.household import Household, household

NOW = 1_900_000_000.0  # 2030-03-17
JAIL = {
    "masked": {"~/.keys": {"reason": "keys"}, "~/.ssh": {"reason": "keys", "absent": "folder"}},
    "readonly": {"~/.rc": {"reason": "read at start", "absent": "file", "text": "# nothing\n"}},
    "never_shown": ["~/.ssh"],
}


def data(shown: object = None, **jail: Any) -> dict[str, Any]:
    layers = {} if shown is None else {"user": {"shown": shown}}
    return {"callwarden": {"jail": {**JAIL, **jail}, "layers": layers}}


def made(home: Path, said: dict[str, Any], **options: Any) -> Household:
    return household(said, home, workspace=options.pop("workspace", home / "work"), now=NOW, **options)


def test_a_store_that_is_there_is_covered_and_one_that_is_not_needs_nothing(tmp_path: Path) -> None:
    assert made(tmp_path, data()).masked == (tmp_path / ".ssh",)
    (tmp_path / ".keys").mkdir()
    assert made(tmp_path, data()).masked == (tmp_path / ".keys", tmp_path / ".ssh")


def test_a_path_of_the_machine_and_the_accounts_own_home_are_covered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own/.keys").mkdir(parents=True)
    (tmp_path / "home").mkdir()
    account = type("Account", (), {"pw_dir": str(tmp_path / "own")})()
    monkeypatch.setattr(pwd, "getpwuid", {os.getuid(): account}.__getitem__)
    found = made(tmp_path / "home", data(masked={"~/.keys": {"reason": "x"}, "/etc/passwd": {"reason": "x"}}))
    assert found.masked == (tmp_path / "own/.keys", Path("/etc/passwd"))


def test_an_account_without_an_entry_and_a_link_to_itself_are_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pwd, "getpwuid", {}.__getitem__)
    (tmp_path / ".keys").symlink_to(".keys")
    assert made(tmp_path, data()).masked == (tmp_path / ".ssh",)


def test_a_start_up_file_is_stood_in_for(tmp_path: Path) -> None:
    found = made(tmp_path, data())
    assert found.readonly == (tmp_path / ".rc",)
    assert found.standins == {str(tmp_path / ".rc"): "# nothing\n"}


def test_a_link_is_followed_to_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "dotfiles/rc").touch()
    (tmp_path / ".rc").symlink_to("dotfiles/rc")
    assert made(tmp_path, data()).readonly == (tmp_path / "dotfiles/rc",)


def test_what_a_person_shows_is_left_out(tmp_path: Path) -> None:
    (tmp_path / ".keys").mkdir()
    found = made(tmp_path, data({"~/.keys": {"reason": "needed", "until": "2030-12-31T00:00:00Z"}}))
    assert (found.masked, found.shown) == ((tmp_path / ".ssh",), ("~/.keys",))


def test_what_is_shown_until_a_time_that_has_passed_is_covered(tmp_path: Path) -> None:
    (tmp_path / ".keys").mkdir()
    found = made(tmp_path, data({"~/.keys": {"reason": "needed", "until": "2029-12-31T00:00:00Z"}}))
    assert (tmp_path / ".keys" in found.masked, found.shown) == (True, ())


@pytest.mark.parametrize(
    ("shown", "problem"),
    [
        ({"~/.ssh": {"reason": "please"}}, "never_shown"),
        ({"~/.other": {"reason": "please"}}, "no path that is covered"),
        ({"~/.keys": {}}, "has a reason"),
        ({"~/.keys": {"reason": "x", "until": "tomorrow"}}, "until is a time"),
        ({"~/.keys": {"reason": "x", "until": "2030-02-31T00:00:00Z"}}, "shown: ~/.keys"),
        (["~/.keys"], "mapping"),
    ],
)
def test_what_may_not_or_can_not_be_shown_stops_the_run(tmp_path: Path, shown: object, problem: str) -> None:
    with pytest.raises(BundleError, match=problem):
        made(tmp_path, data(shown))


@pytest.mark.parametrize("jail", [{"masked": {"etc": {"reason": "x"}}}, {"masked": {"~/.x": {}}}, {"readonly": []}])
def test_a_malformed_entry_stops_the_run(tmp_path: Path, jail: dict[str, Any]) -> None:
    with pytest.raises(BundleError):
        made(tmp_path, data(**jail))


def test_a_bundle_that_says_nothing_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"callwarden\.jail"):
        household({"callwarden": {}}, tmp_path, workspace=tmp_path)


def test_what_the_workspace_lies_in_and_an_agents_own_state_stay(tmp_path: Path) -> None:
    (tmp_path / ".keys").mkdir()
    assert made(tmp_path, data(), workspace=tmp_path / ".keys/work").masked == (tmp_path / ".ssh",)
    assert made(tmp_path, data(), state=[tmp_path / ".keys"]).masked == (tmp_path / ".ssh",)
    assert made(tmp_path, data(), workspace=tmp_path).masked == (tmp_path / ".keys", tmp_path / ".ssh")


def test_the_starters_data_can_be_read(tmp_path: Path) -> None:
    found = made(tmp_path, dict(bundle.load().data))
    assert tmp_path / ".ssh" in found.masked
    assert tmp_path / ".bash_profile" in found.readonly
