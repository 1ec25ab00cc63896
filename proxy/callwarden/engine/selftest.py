"""What the bundle's own tests say, and whether it compiles: `callwarden policy test` and `check`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from callwarden.engine import native
from callwarden.engine.bundle import Bundle
from callwarden.engine.native import Problem, Refused
from callwarden.errors import BundleError


@dataclass(frozen=True, slots=True)
class Verdict:
    """One Rego test: `outcome` is pass, fail, skip or error; `message` the expression that failed, or the error."""

    name: str
    outcome: str
    message: str
    output: str
    micros: int
    file: str
    line: int

    @property
    def passed(self) -> bool:
        return self.outcome == "pass"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of one module the tests evaluated: a number of lines, and the lines that nothing evaluated."""

    covered: int
    uncovered: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TestReport:
    __test__ = False  # not one of pytest's

    tests: Sequence[Verdict]
    files: Mapping[str, Coverage] = field(default_factory=dict)

    @property
    def failures(self) -> list[Verdict]:
        """Everything that did not pass. A skipped test is one of them: nobody hears what it would have said."""
        return [test for test in self.tests if not test.passed]

    @property
    def coverage(self) -> float:
        """Per cent of lines over all files; 0 where nothing was measured."""
        covered = sum(file.covered for file in self.files.values())
        lines = covered + sum(len(file.uncovered) for file in self.files.values())
        return 100 * covered / lines if lines else 0.0


def packed(bundle: Bundle) -> bytes:
    """A bundle as the bridge takes it."""
    return orjson.dumps(
        {"modules": bundle.modules, "data": bundle.data, "schemas": bundle.schemas, "roots": bundle.roots}
    )


def check(bundle: Bundle) -> list[Problem]:
    """What keeps a bundle from compiling in strict mode against its schemas, tests included; empty for a good one."""
    try:
        native.bridge().check(packed(bundle))
    except Refused as refused:
        return refused.problems
    return []


def run_tests(bundle: Bundle, pattern: str | None = None, *, coverage: bool = True) -> TestReport:
    """Runs the tests whose full name (`data.callwarden.….test_x`) has a match for `pattern`, in RE2 syntax.

    Raises `BundleError` for a bundle that does not compile and for a pattern that is none.
    """
    try:
        said = native.bridge().test(packed(bundle), pattern or "", coverage)
    except Refused as refused:
        raise BundleError(str(refused)) from None
    tests = sorted((_verdict(each) for each in said["tests"]), key=lambda test: (test.name, test.line))
    files = {name: Coverage(file["covered"], tuple(file["uncovered"])) for name, file in sorted(said["files"].items())}
    return TestReport(tests, files)


def _verdict(given: dict[str, Any]) -> Verdict:
    place = given.pop("location")
    return Verdict(**given, file=place["file"], line=place["row"])
