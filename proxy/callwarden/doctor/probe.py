"""The program that `callwarden doctor` runs behind every door: it asks each for something that must be refused.

Standard library and callwarden's client only. Its answers go to the file that it is told, as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from callwarden.client import Client

TUNNEL = "ssh -N -R 2222:localhost:22 doctor@callwarden.invalid"  # a name that nobody has (RFC 6761)
URL = "http://callwarden.invalid/"


def tool() -> tuple[bool, str]:
    with Client.connect() as gate:
        answer = gate.decide({"id": "doctor", "kind": "shell", "command": TUNNEL}, timeout=20)
    rules = ", ".join(sorted({f["rule"] for f in answer["decision"]["findings"] if f["effect"] == "deny"}))
    return not answer["run"], rules


def process() -> tuple[bool, str]:
    try:
        done = subprocess.run(["/bin/sh", "-c", TUNNEL], timeout=20, check=False, capture_output=True)
    except PermissionError as refusal:
        return True, str(refusal)
    return False, f"it ran and ended with {done.returncode}"


def egress() -> tuple[bool, str]:
    try:
        with urllib.request.urlopen(URL, timeout=20) as page:
            return False, f"it was answered with {page.status}"
    except urllib.error.HTTPError as refusal:
        return refusal.code == 403 and "rule" in refusal.read(4096).decode(errors="replace"), f"{refusal.code}"
    except OSError as problem:
        return False, f"no answer from the door: {problem}"


DOORS: dict[str, Callable[[], tuple[bool, str]]] = {"tool": tool, "process": process, "egress": egress}


def asked(door: Callable[[], tuple[bool, str]]) -> dict[str, object]:
    try:
        refused, how = door()
    except Exception as problem:
        refused, how = False, f"{type(problem).__name__}: {problem}"
    return {"refused": refused, "how": how}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps({name: asked(door) for name, door in DOORS.items()}))
    os._exit(0)
