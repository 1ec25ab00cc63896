"""`callwarden policy`: the bundle's own tests, whether it compiles, and it as one file for an OPA server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import click
import orjson

from callwarden.cli import layers as layered
from callwarden.cli import options
from callwarden.engine import pack as packing
from callwarden.engine import selftest
from callwarden.engine.bundle import Bundle
from callwarden.engine.native import Problem
from callwarden.engine.selftest import TestReport, Verdict
from callwarden.errors import BundleError, UsageError

layers_here = click.option(
    "--layers/--no-layers",
    default=None,
    help="Lay ~/.config/callwarden and this folder's .callwarden over it [default: over the one that is built in].",
)
folder = click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))


@click.group()
def policy() -> None:
    """Test, check and pack policies."""


@policy.command()
@folder
@layers_here
@options.as_json
def check(folder: Path | None, layers: bool | None, as_json: bool) -> None:
    """Compile the bundle in DIR [default: the one that is built in] in strict mode, against its schemas.

    Ends with 0 for a good bundle and 2 for a broken one.
    """
    bundle = _loaded(folder, layers, as_json)
    problems = selftest.check(bundle)
    if as_json:
        _print({"ok": not problems, "revision": bundle.revision, "digest": bundle.digest, "problems": problems})
    elif problems:
        _complain(problems)
    else:
        click.echo(
            f"{_count(len(bundle.modules), 'module')} and their data compile  (revision {bundle.revision or '-'})"
        )
    click.get_current_context().exit(2 if problems else 0)


@policy.command()
@folder
@click.option("--run", "pattern", metavar="REGEX", help="Only tests whose full name (data.….test_x) matches.")
@click.option("--coverage/--no-coverage", default=True, help="Measure which lines the tests evaluate [default: on].")
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Fail below this coverage of all lines."
)
@layers_here
@options.as_json
def test(
    *,
    folder: Path | None,
    pattern: str | None,
    coverage: bool,
    fail_under: float | None,
    layers: bool | None,
    as_json: bool,
) -> None:
    """Run the Rego tests of the bundle in DIR [default: the one that is built in].

    Ends with 0 if there are tests and all pass, 1 if one does not or too few lines are covered, 2 for a broken bundle.
    """
    if fail_under is not None and not coverage:
        raise click.UsageError("--fail-under needs --coverage")
    bundle = _loaded(folder, layers, as_json)
    if problems := selftest.check(bundle):
        _broken(problems, as_json)
    report = selftest.run_tests(bundle, pattern, coverage=coverage)
    short = fail_under is not None and report.coverage < fail_under
    if as_json:
        _print(_described(report, coverage))
    else:
        _show(report, coverage)
    if short:
        click.echo(f"coverage {report.coverage:.1f} % is below {fail_under:g} %", err=True)
    click.get_current_context().exit(1 if report.failures or short or not report.tests else 0)


@policy.command()
@folder
@click.option("-o", "--output", required=True, metavar="FILE", type=click.Path(path_type=Path), help="Where to put it.")
@layers_here
def pack(folder: Path | None, layers: bool | None, output: Path) -> None:
    """Pack the bundle in DIR [default: the one that is built in] for an OPA server (bundle.tar.gz), if it compiles."""
    bundle = layered.load(folder, None, layers=_wanted(folder, layers))
    if problems := selftest.check(bundle):
        _broken(problems, as_json=False)
    try:
        output.write_bytes(packing.pack(bundle))
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}") from None
    click.echo(f"{output}  (revision {bundle.revision or '-'}, digest {bundle.digest[:12]})")


def _wanted(folder: Path | None, layers: bool | None) -> bool:
    return folder is None if layers is None else layers


def _loaded(folder: Path | None, layers: bool | None, as_json: bool) -> Bundle:
    try:
        return layered.load(folder, None, layers=_wanted(folder, layers))
    except BundleError as error:
        if not as_json:
            raise
        _broken([Problem("bundle_error", str(error))], as_json)


def _broken(problems: list[Problem], as_json: bool) -> NoReturn:
    if as_json:
        _print({"ok": False, "problems": problems})
    else:
        _complain(problems)
    click.get_current_context().exit(2)


def _complain(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)
    click.echo(f"{_count(len(problems), 'problem')}: this bundle does not load", err=True)


def _show(report: TestReport, coverage: bool) -> None:
    for test in report.failures:
        _show_failure(test)
    if coverage:
        _show_coverage(report)
    passed = len(report.tests) - len(report.failures)
    took = sum(test.micros for test in report.tests) / 1000
    click.echo(
        f"{passed} of {_count(len(report.tests), 'test')} passed, {took:.0f} ms" if report.tests else "no tests ran"
    )


def _show_failure(test: Verdict) -> None:
    click.echo(f"{test.outcome.upper()} {test.file}:{test.line}: {test.name}")
    for line in (*test.message.splitlines(), *test.output.splitlines()):
        click.echo(f"    {line}")


def _show_coverage(report: TestReport) -> None:
    for name, file in report.files.items():
        if file.uncovered:
            click.echo(f"not evaluated: {name}:{_ranges(file.uncovered)}")
    click.echo(f"coverage {report.coverage:.1f} %")


def _ranges(lines: tuple[int, ...]) -> str:
    """`3,7-9` for the lines 3, 7, 8 and 9."""
    found: list[list[int]] = []
    for line in lines:
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ",".join(f"{first}-{last}" if last > first else str(first) for first, last in found)


def _described(report: TestReport, coverage: bool) -> dict[str, Any]:
    measured = {"coverage": round(report.coverage, 2), "files": report.files} if coverage else {}
    return {"ok": not report.failures and bool(report.tests), "tests": report.tests, **measured}


def _print(said: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
