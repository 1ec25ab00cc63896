"""A Python for programs of our own that run behind callwarden as anybody's would: a system one if there is one.

Policies say from where programs may be started, and an environment of callwarden's own may lie anywhere.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import callwarden

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def python() -> str:
    return shutil.which("python3", path=SYSTEM_PATH) or sys.executable


def path() -> str:
    """A PATH on which `python3` is that one."""
    found = str(Path(python()).parent)
    return SYSTEM_PATH if found in SYSTEM_PATH.split(":") else f"{found}:{SYSTEM_PATH}"


def client(folder: Path) -> Path:
    """Puts callwarden's client, and nothing else of it, into `folder/lib`; returns that, for PYTHONPATH.

    Where callwarden itself is installed may not be visible to the program, or be meant for another Python.
    """
    package = folder / "lib" / "callwarden"
    package.mkdir(parents=True)
    for name in ("__init__.py", "client.py", "errors.py"):
        shutil.copyfile(Path(callwarden.__file__).with_name(name), package / name)
    return package.parent
