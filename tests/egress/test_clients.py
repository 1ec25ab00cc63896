"""Programs that people use, unmodified: each works against an allowed server and learns why from a denied one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from callwarden.egress.origin import Origin
from callwarden.egress.testing import REASON, OpenDoor


def ran(door: OpenDoor, *argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    if not shutil.which(argv[0]):
        pytest.skip(f"no {argv[0]} here: apt-get install {argv[0]}")
    return subprocess.run(argv, env=door.environment(**env), capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_curl_gets_a_page_from_an_allowed_server(door: OpenDoor, origin: Origin, scheme: str) -> None:
    done = ran(door, "curl", "-sS", origin.url("/hello.txt", scheme=scheme))
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello from the origin\n", "")
    [call] = door.gate.seen("http")
    assert (call["method"], call["url"]) == ("GET", origin.url("/hello.txt", scheme=scheme))
    ended = door.gate.result(call)
    assert (ended["status"], ended["bytes"]) == (200, 22)
    assert ended["duration_us"] > 0


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_curl_shows_the_reason_of_a_denied_server(door: OpenDoor, origin: Origin, scheme: str) -> None:
    done = ran(door, "curl", "-sS", "-w", "%{http_code}", origin.url("/hello.txt", "denied.localhost", scheme))
    said, _, status = done.stdout.partition("\n")
    assert status == "403"
    refusal = json.loads(said)
    assert (refusal["effect"], refusal["rule"], refusal["reason"]) == ("deny", "egress.host", REASON)
    assert refusal["decision"].startswith("record-")
    assert origin.requests == []


PYTHON = {
    "requests": "import requests, sys; r = requests.get(sys.argv[1]); print(r.status_code, r.text)",
    "httpx": "import httpx, sys; r = httpx.get(sys.argv[1]); print(r.status_code, r.text)",
    "urllib": """
import sys, urllib.error, urllib.request
try:
    r = urllib.request.urlopen(sys.argv[1]); print(r.status, r.read().decode())
except urllib.error.HTTPError as e:
    print(e.code, e.read().decode())
""",
}


@pytest.mark.parametrize("library", PYTHON)
def test_python_libraries_get_pages_and_reasons(door: OpenDoor, origin: Origin, library: str) -> None:
    pytest.importorskip(library, reason=f"no {library}: pip install {library}")
    allowed = ran(door, sys.executable, "-c", PYTHON[library], origin.url("/hello.txt"))
    assert allowed.stdout == "200 hello from the origin\n\n", allowed.stderr
    denied = ran(door, sys.executable, "-c", PYTHON[library], origin.url("/hello.txt", "denied.localhost"))
    assert denied.stdout.startswith("403 ")
    assert REASON in denied.stdout
