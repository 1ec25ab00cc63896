"""A real OPA server for the tests that need one."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

Serve = Callable[[Path], str]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Runs OPA's own server on a bundle and gives its URL."""
    opa = shutil.which("opa") or shutil.which("opa", path=str(Path(sys.executable).parent))
    if opa is None:
        pytest.skip("OPA server: not run; `make tools` builds the `opa` command")
    running: list[subprocess.Popen[bytes]] = []

    def serving(root: Path) -> str:
        port = free_port()
        command = [opa, "run", "--server", "--addr", f"127.0.0.1:{port}", "--skip-version-check", "--bundle", str(root)]
        with (tmp_path / f"opa-{port}.log").open("wb") as log:
            running.append(subprocess.Popen(command, stdout=log, stderr=log))
        wait_for(port, running[-1])
        return f"http://127.0.0.1:{port}"

    yield serving
    for process in running:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server ended at once"
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
            return
        time.sleep(0.05)
    raise AssertionError("the server did not become healthy")
