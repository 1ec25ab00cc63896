"""Imported before anything of mitmproxy's: its package of addons, without those that the worker has no use for.

The package imports all forty of its modules when one is asked for, and with them a web framework, LDAP and password
hashing: half of the time that the worker takes to start, and code that has no place in it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ADDONS = "mitmproxy.addons"


def package() -> ModuleType | None:
    """The package with nothing in it yet; its modules are found where they are. None without mitmproxy."""
    found = importlib.util.find_spec("mitmproxy")
    if found is None or found.origin is None:
        return None
    made = ModuleType(ADDONS)
    made.__path__ = [str(Path(found.origin).parent / "addons")]
    return made


if ADDONS not in sys.modules and (lean := package()):
    sys.modules[ADDONS] = lean
