"""The starter policies on both engines, loaded once for all tests of policies."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from callwarden.engine import Engine, bundle
from callwarden.engine.embedded import Embedded


@pytest.fixture(scope="session")
def starter() -> bundle.Bundle:
    return bundle.load(bundle.starter())


@pytest.fixture(scope="session")
def embedded(starter: bundle.Bundle) -> Engine:
    return Embedded(starter)


@pytest.fixture(scope="session")
def server(starter: bundle.Bundle) -> Iterator[Engine]:
    """The same policies on OPA's own server."""
    opa = shutil.which("opa") or shutil.which("opa", path=str(Path(sys.executable).parent))
    if opa is None:
        pytest.skip("OPA server: not run; `make tools` builds the `opa` command")
    from callwarden.engine.opa import OpaServer

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    command = [opa, "run", "--server", "--addr", address, "--skip-version-check", "--log-level", "error"]
    process = subprocess.Popen([*command, "--bundle", str(bundle.starter())], stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://{address}/health", process)
        engine = OpaServer(f"http://{address}", starter)
        yield engine
        engine.close()
    finally:
        process.kill()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server ended at once"
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.05)
    raise AssertionError("the server did not become healthy")
