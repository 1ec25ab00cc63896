"""The bundle's own tests: what passed, what did not and where, and which lines nothing evaluated."""

from __future__ import annotations

from pathlib import Path

import pytest

from callwarden.engine import bundle, selftest
from callwarden.engine.embedded import Embedded
from callwarden.engine.selftest import TestReport
from callwarden.engine.testing import lay
from callwarden.errors import BundleError

TESTS = """package callwarden.rules.more_test

test_fails if {
	print("seen", input)
	1 == 2 with input as 3
}

test_says if {
	print("hello")
	true
}

test_errs if to_number("x") == 1

todo_test_later if false
"""


def report(root: Path, pattern: str | None = None, *, coverage: bool = True) -> TestReport:
    loaded = bundle.load(lay(root, {"callwarden/rules/more/more_test.rego": TESTS}))
    return selftest.run_tests(loaded, pattern, coverage=coverage)


def test_every_test_is_told_with_its_outcome_place_and_output(tmp_path: Path) -> None:
    found = {test.name.rpartition(".")[2]: test for test in report(tmp_path).tests}
    assert {name: test.outcome for name, test in found.items()} == {
        "test_ls_is_allowed": "pass",
        "test_nothing_else_is": "pass",
        "test_fails": "fail",
        "test_says": "pass",
        "test_errs": "error",
        "todo_test_later": "skip",
    }
    assert (found["test_fails"].file, found["test_fails"].line) == ("callwarden/rules/more/more_test.rego", 5)
    assert "1 == 2" in found["test_fails"].message
    assert "to_number" in found["test_errs"].message
    assert found["test_says"].output == "hello\n"
    assert all(test.micros > 0 for test in found.values() if test.outcome != "skip")


def test_whatever_does_not_pass_is_a_failure(tmp_path: Path) -> None:
    outcomes = {test.outcome for test in report(tmp_path).failures}
    assert outcomes == {"fail", "error", "skip"}


def test_a_pattern_chooses_by_full_name(tmp_path: Path) -> None:
    assert [test.name for test in report(tmp_path, r"more_test\.test_s").tests] == [
        "data.callwarden.rules.more_test.test_says"
    ]
    assert report(tmp_path, "no such test").tests == []


def test_a_pattern_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="error parsing regexp"):
        report(tmp_path, "(")


def test_coverage_names_the_lines_that_nothing_evaluated_and_leaves_tests_out(tmp_path: Path) -> None:
    found = report(tmp_path)
    assert found.files.keys() == {"callwarden/decision/decision.rego", "callwarden/rules/shell/shell.rego"}
    shell = found.files["callwarden/rules/shell/shell.rego"]
    assert shell.uncovered
    assert shell.covered
    assert 0 < found.coverage < 100


def test_without_coverage_nothing_is_measured(tmp_path: Path) -> None:
    found = report(tmp_path, coverage=False)
    assert (found.files, found.coverage) == ({}, 0.0)
    assert len(found.tests) == 6


def test_check_finds_every_problem_at_once(tmp_path: Path) -> None:
    broken = {f"callwarden/rules/{name}/{name}.rego": f"package callwarden.rules.{name}\n\nx if {{\n" for name in "ab"}
    problems = selftest.check(bundle.load(lay(tmp_path, broken)))
    assert {(problem.file, problem.line) for problem in problems} >= {
        ("callwarden/rules/a/a.rego", 4),
        ("callwarden/rules/b/b.rego", 4),
    }


def test_check_compiles_the_tests_too(tmp_path: Path) -> None:
    loaded = bundle.load(
        lay(tmp_path, {"callwarden/rules/x/x_test.rego": "package callwarden.rules.x_test\n\ntest_x if y\n"})
    )
    (problem,) = selftest.check(loaded)
    assert (problem.file, problem.line) == ("callwarden/rules/x/x_test.rego", 3)
    Embedded(loaded).close()  # what runs does not hold the tests


def test_an_engine_checks_and_tests_the_bundle_it_runs(tmp_path: Path) -> None:
    running = Embedded(bundle.load(lay(tmp_path)))
    assert running.check() == []
    assert running.run_tests("ls_is").failures == []
    assert len(running.run_tests().tests) == 2


def test_rules_and_tests_of_a_broken_bundle_do_not_run(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"x.rego:1"):
        selftest.run_tests(bundle.load(lay(tmp_path, {"callwarden/rules/x/x.rego": "nonsense\n"})))
