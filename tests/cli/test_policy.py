"""`callwarden policy`: what a policy author sees, and how it ends."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from callwarden.cli.app import status
from callwarden.engine.testing import SMALL, lay

SHELL = "callwarden/rules/shell/shell.rego"


def test_a_good_bundle_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["policy", "check", str(lay(tmp_path))]) == 0
    assert capsys.readouterr().out == "3 modules and their data compile  (revision small-1)\n"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        (SHELL, SMALL[SHELL] + "\nx if y\n", f"{SHELL}:13: var y is unsafe"),
        ("callwarden/org/data.yaml", "a: 1\na: 2\n", "callwarden/org/data.yaml:2: the key 'a' stands here twice"),
        ("callwarden/org/data.yml", "a: 1\n", "callwarden/org/data.yml:1: OPA would leave this out"),
    ],
)
@pytest.mark.parametrize("command", ["check", "test"])
def test_a_broken_bundle_ends_with_2_and_a_place(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], command: str, name: str, text: str, problem: str
) -> None:
    root = str(lay(tmp_path, {name: text}))
    assert status(["policy", command, root]) == 2
    assert problem in capfdbinary.readouterr().err.decode()
    assert status(["policy", command, root, "--json"]) == 2
    said = orjson.loads(capfdbinary.readouterr().out)
    assert said["ok"] is False
    assert problem in "{file}:{line}: {message}".format(**said["problems"][0])


def test_a_schema_violation_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = '{"type": "object", "properties": {"kind": {"type": "string"}}, "additionalProperties": false}'
    root = lay(tmp_path, {"schemas/input.json": schema})
    assert status(["policy", "check", str(root)]) == 2
    assert f"{SHELL}:4: undefined ref: input.facts" in capsys.readouterr().err


def test_passing_tests_end_with_0_and_their_coverage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["policy", "test", str(lay(tmp_path))]) == 0
    said = capsys.readouterr().out.splitlines()
    assert f"not evaluated: {SHELL}:9-10" in said
    assert said[-1].startswith("2 of 2 tests passed")
    assert said[-2].startswith("coverage ")


def test_a_failing_test_ends_with_1_and_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = lay(tmp_path, {"callwarden/org/data.yaml": "allowed: [rm]\n"})
    assert status(["policy", "test", str(root), "--no-coverage"]) == 1
    said = capsys.readouterr().out
    assert "FAIL callwarden/rules/shell/shell_test.rego:8: data.callwarden.rules.shell_test.test_ls_is_allowed" in said
    assert "count(shell.findings) == 1" in said
    assert "0 of 2 tests passed" in said
    assert "coverage" not in said


def test_too_little_coverage_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(lay(tmp_path))
    assert status(["policy", "test", root, "--fail-under", "90"]) == 1
    assert "is below 90 %" in capsys.readouterr().err
    assert status(["policy", "test", root, "--fail-under", "5"]) == 0
    assert status(["policy", "test", root, "--fail-under", "5", "--no-coverage"]) == 2


def test_no_test_at_all_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(lay(tmp_path))
    assert status(["policy", "test", root, "--run", "no_such"]) == 1
    assert "no tests ran" in capsys.readouterr().out
    assert status(["policy", "test", root, "--run", "ls_is"]) == 0
    assert status(["policy", "test", root, "--run", "("]) == 2


def test_json_has_every_test_and_the_uncovered_lines(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert status(["policy", "test", str(lay(tmp_path)), "--json"]) == 0
    said = orjson.loads(capfdbinary.readouterr().out)
    assert said["ok"] is True
    assert [test["outcome"] for test in said["tests"]] == ["pass", "pass"]
    assert said["files"][SHELL]["uncovered"] == [9, 10]


def test_a_folder_that_is_not_there_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["policy", "check", str(tmp_path / "nowhere")]) == 2
    assert "not a folder" in capsys.readouterr().err


def test_a_good_bundle_is_packed_and_a_broken_one_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, packed = lay(tmp_path / "bundle"), tmp_path / "bundle.tar.gz"
    assert status(["policy", "pack", str(root), "-o", str(packed)]) == 0
    assert "revision small-1" in capsys.readouterr().out
    packed.unlink()
    (root / SHELL).write_text("package callwarden.rules.shell\n\nx if y\n")
    assert status(["policy", "pack", str(root), "-o", str(packed)]) == 2
    assert not packed.exists()


def test_a_bundle_that_cant_be_written_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["policy", "pack", str(lay(tmp_path)), "-o", str(tmp_path / "no" / "where")]) == 2
    assert "No such file" in capsys.readouterr().err
