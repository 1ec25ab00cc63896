"""Whole runs under the starter policies, with a web server on this machine that a person's data allows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from callwarden.launch import interpreter
from callwarden.launch.testing import Runner, unavailable

if TYPE_CHECKING:
    from callwarden.egress.origin import Origin  # needs what comes with mitmproxy


@pytest.fixture(autouse=True)
def _enforceable() -> None:
    if reason := unavailable():
        pytest.skip(reason)


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    made = Runner(tmp_path, environment={"PATH": interpreter.path()})
    yield made
    made.close()


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    from callwarden.egress import origin as origins

    folder = tmp_path_factory.mktemp("web")
    with origins.serving(origins.certificate(folder / "origin.pem"), folder) as serving:
        yield serving


@pytest.fixture
def origin(serving: Origin, runner: Runner) -> Origin:
    """The server, trusted by the person and allowed as `localhost` in their data; nothing has been asked of it yet."""
    serving.requests.clear()
    runner.allow("localhost", serving.http, serving.https)
    runner.environment["SSL_CERT_FILE"] = serving.trust
    return serving
