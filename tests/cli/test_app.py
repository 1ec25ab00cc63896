"""The command line as a whole: light to start, errors as sentences, the right exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

import click
import pytest

from callwarden.cli import app as cli
from callwarden.errors import AuditLocked, BundleError, ChainBroken, DoorError, EngineError, PlatformError, UsageError

HEAVY = ("pydantic", "tree_sitter", "mitmproxy", "httpx", "yaml", "sqlite3", "asyncssh", "orjson")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "callwarden", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from callwarden.cli.app import status; status(['--help']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "click" in loaded
    assert not loaded & set(HEAVY)


def test_python_m_callwarden_is_the_command() -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("callwarden ")


@pytest.mark.parametrize("arguments", [["frobnicate"], ["--frobnicate"], []])
def test_an_unknown_command_line_is_a_usage_error_that_names_the_help(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "--help" in done.stderr or "Usage" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("what", "do"), 2),
        (BundleError("what", "do"), 2),
        (AuditLocked("what", "do"), 2),
        (ChainBroken("what", "do"), 1),
        (EngineError("what", "do"), 70),
        (DoorError("what", "do"), 125),
        (PlatformError("what", "do"), 125),
        (ZeroDivisionError("what"), 70),
        (KeyboardInterrupt(), 130),
        (click.UsageError("what"), 2),
        (click.exceptions.Exit(4), 4),
    ],
)
def test_an_error_ends_with_its_own_code_and_no_traceback(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _status(error, monkeypatch) == code
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert len(said.splitlines()) <= 4


def test_a_fault_of_our_own_says_how_to_see_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _status(ZeroDivisionError("what"), monkeypatch)
    assert "CALLWARDEN_DEBUG=1" in capsys.readouterr().err
    monkeypatch.setenv("CALLWARDEN_DEBUG", "1")
    _status(ZeroDivisionError("what"), monkeypatch)
    assert "Traceback" in capsys.readouterr().err


def _status(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    @click.command()
    def fails() -> NoReturn:
        raise error

    monkeypatch.setattr(cli, "app", fails)
    return cli.status([])


def test_output_that_nobody_reads_ends_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "callwarden", "--help"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        said = started.stderr.read()
        assert started.wait(30) in {0, 141}
    assert said == b""
