"""What can be enforced on this machine, found by doing it: each probe is a process of its own that tries and ends.

`run` refuses to start where a feature it needs is missing, unless the person waives its door (`--unsafe-without`);
`doctor` shows the whole list. Asking the kernel beats reading version numbers: Docker's default seccomp profile, a
Kubernetes "restricted" pod, AppArmor's user-namespace restriction and yama all answer here with what they do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import callwarden
from callwarden.sandbox import libc, surroundings

NAMESPACES, EXEC = "namespaces", "exec"
_SECONDS = 20


@dataclass(frozen=True)
class Feature:
    """`door` is the name to waive it by, empty where nothing depends on it yet."""

    name: str
    door: str
    available: bool
    reason: str
    without: str = ""


_UNSEEN_NETWORK = "connections that ignore the proxy variables, and host sockets and processes, are open to the program"
_UNSEEN_EXEC = "what the program starts is neither judged nor recorded"

# name, the door it belongs to, what goes unseen without it
_PROBED = (
    ("user_namespace", NAMESPACES, _UNSEEN_NETWORK),
    ("jail", NAMESPACES, _UNSEEN_NETWORK),
    ("seccomp_notify", EXEC, _UNSEEN_EXEC),
    ("ptrace", EXEC, _UNSEEN_EXEC),
    ("descriptors", "", ""),  # without, a refusal can't be written to a process whose stderr is a socket
)


def probe(proven: frozenset[str] = frozenset()) -> list[Feature]:
    """Every feature, those that only get reported too. What is `proven`, by being in use, is not tried again."""
    if sys.platform != "linux" or not libc.supported():
        here = f"{sys.platform} on {libc.MACHINE}: the process door needs Linux on x86_64 or aarch64"
        return [Feature(name, door, available=False, reason=here, without=lost) for name, door, lost in _PROBED]
    reasons = dict.fromkeys(proven, "") | _tried([name for name, _, _ in _PROBED if name not in proven])
    probed = [_feature(*row, reasons[row[0]]) for row in _PROBED]
    return [*probed, *(Feature(name, "", ok, reason) for name, ok, reason in surroundings.report())]


def missing(features: list[Feature], door: str) -> list[Feature]:
    """What stands in the way of a door."""
    return [feature for feature in features if feature.door == door and not feature.available]


def setuid_programs(path: str | None = None) -> list[str]:
    """Programs on PATH that gain privilege when started, and under `run` do not: sudo, su, ping here and there …"""
    folders = (Path(folder) for folder in (path or os.environ.get("PATH", os.defpath)).split(os.pathsep) if folder)
    files = {file.resolve() for folder in folders if folder.is_dir() for file in _files(folder) if _gains(file)}
    return sorted(map(str, files))


def _feature(name: str, door: str, lost: str, reason: str) -> Feature:
    return Feature(name, door, available=not reason, reason=reason or "works here", without="" if not reason else lost)


def _tried(names: list[str]) -> dict[str, str]:
    """Each name with an empty text when it works, else why not."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "callwarden.sandbox.probes", *names],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
            env={"PATH": os.defpath, "PYTHONPATH": str(Path(callwarden.__file__).parents[1])},
        )
        reasons: dict[str, str] = json.loads(done.stdout)
        return {name: reasons[name] and f"{reasons[name]}{surroundings.hint()}" for name in names}
    except (OSError, subprocess.TimeoutExpired) as problem:
        return dict.fromkeys(names, f"could not be tried: {problem}")
    except (ValueError, KeyError):
        last = (done.stderr.strip() or f"ended with status {done.returncode}").splitlines()[-1]
        return dict.fromkeys(names, f"could not be tried: {last}{surroundings.hint()}")


def _files(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _gains(file: Path) -> bool:
    try:
        status = file.stat()
    except OSError:
        return False
    if not file.is_file() or not status.st_mode & 0o111:
        return False
    return bool(status.st_mode & 0o4000) or _has_capabilities(file)


def _has_capabilities(file: Path) -> bool:
    try:
        return bool(os.getxattr(file, "security.capability"))
    except OSError:
        return False
