"""One function a check. Each says in a sentence how it is, and what to do where it is not well.

A check never raises: what it could not find out is its answer.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from callwarden import __version__
from callwarden.audit.reader import Reader
from callwarden.audit.sqlite import FILE
from callwarden.engine import bundle as bundles
from callwarden.engine import open_engine

State = Literal["ok", "note", "bad"]
ROOM = 100 << 20  # bytes; a day of a busy agent is some tens of MiB of log
NEWEST = 1_767_225_600  # 2026-01-01: a clock before it is wrong, and certificates and grants would be too


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    state: State
    says: str
    help: str = ""


def checks(policies: Path | None, data: Path) -> Iterator[Check]:
    """All of them, in the order in which one rests on the other."""
    yield Check("callwarden", "ok", f"{__version__}, Python {platform.python_version()}, {platform.platform()}")
    for name, check in _CHECKS.items():
        yield _tried(name, lambda check=check: check(policies, data))  # type: ignore[misc]


def _tried(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception as problem:
        return Check(name, "bad", f"{type(problem).__name__}: {problem}", getattr(problem, "help", ""))


def engine(policies: Path | None, data: Path) -> Check:
    began = time.perf_counter()
    loaded = bundles.load(policies)
    running = open_engine("embedded", loaded)
    took = (time.perf_counter() - began) * 1000
    running.close()
    revision = loaded.revision or "no revision"
    return Check("engine", "ok", f"OPA in process, policies {loaded.digest[:12]} ({revision}) loaded in {took:.0f} ms")


def opa(policies: Path | None, data: Path) -> Check:
    program, client = shutil.which("opa"), _version("opa-python-client")
    said = f"{'opa at ' + program if program else 'no opa program'}, {_with('opa-python-client', client)}"
    return Check("OPA server", "note", said, "" if client else "only for `--engine opa`: install callwarden[opa]")


def mitmproxy(policies: Path | None, data: Path) -> Check:
    if version := _version("mitmproxy"):
        old = sys.version_info < (3, 12)
        return Check("mitmproxy", "ok", f"{version}{' (HTTP/1 only: HTTP/2 needs Python 3.12)' if old else ''}")
    return Check("mitmproxy", "bad", "not installed: there is no egress door", "install callwarden[egress]")


def clock(policies: Path | None, data: Path) -> Check:
    now = _now()
    last = _last_record(data)
    if now < NEWEST or last > now + 60:
        return Check("clock", "bad", f"it says {time.ctime(now)}, which is before what is on record", "set the clock")
    return Check("clock", "ok", time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(now)))


def directory(policies: Path | None, data: Path) -> Check:
    place = next(path for path in (data, *data.parents) if path.exists())
    if not os.access(place, os.W_OK | os.X_OK):
        return Check("data directory", "bad", f"{place} is not writable", "name another with --data DIR")
    if data.exists() and data.stat().st_mode & 0o077:
        return Check("data directory", "bad", f"others may read {data}", f"chmod 700 {data}")
    if (free := shutil.disk_usage(place).free) < ROOM:
        return Check("data directory", "bad", f"{free >> 20} MiB are free at {place}", "a full disk refuses every call")
    return Check(
        "data directory", "ok", f"{data}, {free >> 30} GiB free{'' if data.exists() else ', made on first use'}"
    )


_CHECKS: dict[str, Callable[[Path | None, Path], Check]] = {
    "engine": engine,
    "OPA server": opa,
    "mitmproxy": mitmproxy,
    "clock": clock,
    "data directory": directory,
}


def _last_record(data: Path) -> float:
    if not (data / FILE).exists():
        return 0.0
    with Reader(data) as log:
        return max((record["time_ns"] / 1e9 for record in log.last(1)), default=0.0)


def _now() -> float:
    return time.time()


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _with(name: str, version: str) -> str:
    return f"{name} {version}" if version else f"no {name}"
