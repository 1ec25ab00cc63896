"""Whole runs under the starter policies, with a web server on this machine that a person's data allows."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from callwarden.launch import interpreter
from callwarden.launch.testing import Runner
from callwarden.sandbox.platform import missing, probe

if TYPE_CHECKING:
    from callwarden.egress.origin import Origin  # needs what comes with mitmproxy

PROVIDED = probe()
LACKING = [feature.name for door in ("namespaces", "exec") for feature in missing(PROVIDED, door)]


@pytest.fixture(autouse=True)
def _enforceable() -> None:
    if LACKING:
        pytest.skip(f"no run can be put up on this machine ({', '.join(LACKING)}); `callwarden doctor` says why")
    if find_spec("mitmproxy") is None:
        pytest.skip("the egress door: install callwarden[egress]")


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
