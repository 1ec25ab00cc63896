"""Programs that people use, unmodified: each works against an allowed server and learns why from a denied one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from callwarden.egress import goods
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


@pytest.fixture
def repository(origin: Origin) -> str:
    if not shutil.which("git"):
        pytest.skip("no git here: apt-get install git")
    return goods.repository(origin)


def test_git_clones_over_https(door: OpenDoor, origin: Origin, repository: str, tmp_path: Path) -> None:
    done = ran(door, "git", "clone", "-q", origin.url(repository), str(tmp_path / "clone"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "clone" / ".git" / "HEAD").exists()


def test_git_shows_a_denied_server_as_403(door: OpenDoor, origin: Origin, repository: str, tmp_path: Path) -> None:
    done = ran(door, "git", "clone", "-q", origin.url(repository, "denied.git.localhost"), str(tmp_path / "clone"))
    assert done.returncode != 0
    assert "403" in done.stderr
    assert door.note("refused https://denied.git.localhost").endswith(f": egress.host: {REASON} — ask for it")


def test_pip_downloads_from_an_allowed_index_and_not_from_a_denied_one(
    door: OpenDoor, origin: Origin, tmp_path: Path
) -> None:
    index = goods.index(origin)
    pip = ("pip", "--isolated", "--disable-pip-version-check", "download", "-q", "--no-deps", "--no-cache-dir")
    env = {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"}

    done = ran(door, *pip[:1], *pip[2:], "-d", str(tmp_path), "-i", origin.url(index), goods.NAME, **env)
    assert (tmp_path / goods.WHEEL).exists(), done.stderr
    denied = origin.url(index, "denied.localhost")
    done = ran(door, *pip[:1], *pip[2:], "-d", str(tmp_path / "no"), "-i", denied, goods.NAME, **env)
    assert done.returncode != 0
    assert "403" in done.stderr or "No matching distribution" in done.stderr


def test_npm_installs_from_an_allowed_registry_and_not_from_a_denied_one(
    door: OpenDoor, origin: Origin, tmp_path: Path
) -> None:
    registry = goods.registry(origin)
    npm = ("npm", "install", "--no-audit", "--no-fund", "--fetch-retries=0", "--cache", str(tmp_path / "cache"))
    env = {"npm_config_userconfig": str(tmp_path / "npmrc"), "npm_config_update_notifier": "false"}

    good = tmp_path / "good"
    done = ran(door, *npm, "--prefix", str(good), "--registry", origin.url(registry), goods.NAME, **env)
    assert (good / "node_modules" / goods.NAME / "package.json").exists(), done.stderr
    denied = origin.url(registry, "denied.localhost")
    env["npm_config_cache"] = str(tmp_path / "fresh")
    done = ran(
        door,
        *npm[:-1],
        str(tmp_path / "fresh"),
        "--prefix",
        str(tmp_path / "bad"),
        "--registry",
        denied,
        goods.NAME,
        **env,
    )
    assert done.returncode != 0
    assert "403" in done.stderr


NODE = """
const url = new URL(process.argv[1]), proxy = new URL(process.env.HTTPS_PROXY)
const tunnel = require('http').request({host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: url.host})
tunnel.on('connect', (_, socket) => {
  const secure = require('tls').connect({socket, servername: url.hostname})
  secure.write(`GET ${url.pathname} HTTP/1.1\\r\\nHost: ${url.host}\\r\\nConnection: close\\r\\n\\r\\n`)
  secure.pipe(process.stdout)
})
tunnel.end()
"""


def test_node_trusts_the_certificate_and_gets_the_reason(door: OpenDoor, origin: Origin) -> None:
    done = ran(door, "node", "-e", NODE, origin.url("/hello.txt"))
    assert done.stdout.endswith("\n\nhello from the origin\n"), done.stderr
    done = ran(door, "node", "-e", NODE, origin.url("/hello.txt", "denied.localhost"))
    assert done.stdout.startswith("HTTP/1.1 403 ")
    assert REASON in done.stdout


def test_wget_works_through_its_own_file(door: OpenDoor, origin: Origin) -> None:
    done = ran(door, "wget", "-q", "-O", "-", origin.url("/hello.txt"))
    assert done.stdout == "hello from the origin\n", done.stderr
    done = ran(door, "wget", "-q", "-O", "-", "--content-on-error", origin.url("/hello.txt", "denied.localhost"))
    assert REASON in done.stdout


def test_a_client_that_does_not_trust_the_certificate_is_told_what_to_do(door: OpenDoor, origin: Origin) -> None:
    done = ran(door, "curl", "-sS", origin.url("/hello.txt"), CURL_CA_BUNDLE=origin.trust, SSL_CERT_FILE=origin.trust)
    assert done.returncode == 60
    told = door.note("localhost")
    assert told.startswith("curl/")
    assert "$SSL_CERT_FILE" in told
    assert door.gate.seen("http") == []


@pytest.mark.parametrize(
    ("size", "host", "answer"),
    [
        (900_000, "localhost", b""),
        (900_000, "denied.localhost", b"egress.host"),
        (3_000_000, "localhost", b"door.body"),
        (3_000_000, "denied.localhost", b"egress.host"),
    ],
)
def test_curl_uploads_and_waits_to_be_told_to_continue(
    door: OpenDoor, origin: Origin, tmp_path: Path, size: int, host: str, answer: bytes
) -> None:
    (tmp_path / "file").write_bytes(b"x" * size)
    done = ran(door, "curl", "-sS", "-T", str(tmp_path / "file"), "-H", "Expect: 100-continue", origin.url("/f", host))
    assert answer.decode() in done.stdout, done
    assert [len(body) for _, _, body in origin.requests] == ([] if answer else [size])


def test_curl_asks_for_a_head_alone(door: OpenDoor, origin: Origin) -> None:
    done = ran(door, "curl", "-sSI", origin.url("/hello.txt"), origin.url("/hello.txt"))
    assert done.stdout.lower().count("content-length: 22") == 2
    assert [door.gate.result(call)["status"] for call in door.gate.seen("http")] == [200, 200]


def test_a_large_download_streams(door: OpenDoor, origin: Origin, tmp_path: Path) -> None:
    with (origin.root / "large").open("wb") as file:
        file.truncate(50_000_000)
    done = ran(door, "curl", "-sS", "-o", str(tmp_path / "large"), origin.url("/large"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "large").stat().st_size == 50_000_000
    assert door.gate.result(door.gate.seen("http")[0])["bytes"] == 50_000_000
    status = Path(f"/proc/{door.door.pid}/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    assert peak < 200_000  # kB; held in memory it would be above 250,000
