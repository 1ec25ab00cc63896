"""The worker starts without what it has no use for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import callwarden

LOADED = """
import sys
import callwarden.egress.worker
names = {"flask", "ldap3", "passlib", "mitmproxy.addons.proxyauth", "mitmproxy.addons.tlsconfig"}
print(*sorted(names & set(sys.modules)))
"""


def test_of_the_addons_only_those_in_use_are_imported() -> None:
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(callwarden.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.split() == ["mitmproxy.addons.tlsconfig"]
