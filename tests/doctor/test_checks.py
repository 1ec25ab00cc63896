"""What `doctor` says of a machine: one sentence a check, and never an exception."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from callwarden.cli import doctor as command
from callwarden.cli.app import app
from callwarden.doctor import checks
from callwarden.doctor.attempt import _check
from callwarden.doctor.platform import KINDS, TABLE, here, table
from callwarden.sandbox.platform import Feature


def states(policies: Path | None, data: Path) -> dict[str, str]:
    return {check.name: check.state for check in checks.checks(policies, data)}


def test_a_machine_that_has_everything_is_well(tmp_path: Path) -> None:
    found = states(None, tmp_path / "data")
    assert found["engine"] == "ok"
    assert found["data directory"] == "ok"
    assert found["clock"] == "ok"


def test_policies_that_do_not_load_are_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    found = states(tmp_path / "nowhere", tmp_path / "data")
    assert found["engine"] == "bad"
    assert found["clock"] == "ok"


def test_a_data_directory_that_others_may_read_is_bad(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert states(None, tmp_path)["data directory"] == "bad"


def test_a_clock_before_what_is_on_record_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_now", lambda: 1_000_000_000.0)
    assert states(None, tmp_path / "data")["clock"] == "bad"


def test_no_mitmproxy_is_bad_and_no_opa_client_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_version", lambda name: "")
    found = states(None, tmp_path / "data")
    assert found["mitmproxy"] == "bad"
    assert found["OPA server"] == "note"


@pytest.mark.parametrize("door", ["tool", "process", "egress"])
def test_a_door_that_let_the_call_through_or_said_nothing_is_bad(door: str) -> None:
    assert _check(door, {"refused": True, "how": "by a rule"}, frozenset()).state == "ok"
    assert _check(door, {"refused": False, "how": "it ran"}, frozenset()).state == "bad"


def test_a_door_that_was_waived_is_not_called_well() -> None:
    assert _check("process", {"refused": True, "how": ""}, frozenset({"exec"})).state == "bad"
    assert _check("egress", {"refused": True, "how": ""}, frozenset({"egress"})).state == "bad"


def test_what_a_machine_lacks_is_shown_as_unseen() -> None:
    walls = Feature("jail", "namespaces", available=False, reason="no")
    execs = Feature("ptrace", "exec", available=False, reason="no")
    assert dict(zip(KINDS, here([]), strict=True))["programs started"] == "stopped"
    assert dict(zip(KINDS, here([execs]), strict=True))["programs started"] == "unseen"
    assert dict(zip(KINDS, here([walls]), strict=True))["other connections"] == "unseen"
    assert all(len(column) == len(KINDS) for column in TABLE.values())


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("note", 0), ("bad", 1)])
def test_the_exit_code_says_whether_anything_is_bad(state: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "probe", list)
    monkeypatch.setattr(command, "checks", lambda policies, data: [checks.Check("one", state, "so it is")])  # type: ignore[arg-type]
    monkeypatch.setattr(command, "doors", lambda policies, without: [])
    done = CliRunner().invoke(app, ["doctor", "--json"])
    assert done.exit_code == code
    assert json.loads(done.stdout)["checks"][0]["state"] == state
    assert "so it is" in CliRunner().invoke(app, ["doctor"]).stdout


def test_the_page_about_places_is_the_table_that_doctor_knows() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "places.md"
    assert table() in page.read_text()
