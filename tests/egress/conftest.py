from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what mitmproxy imports: ldap3, passlib
    pytest.importorskip("mitmproxy.addons", reason="no mitmproxy: pip install 'callwarden[egress]'")

from callwarden.egress import origin as origins
from callwarden.egress.origin import Origin
from callwarden.egress.testing import OpenDoor, denied_by_name, open_door


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return origins.certificate(tmp_path_factory.mktemp("origin") / "origin.pem")


@pytest.fixture(scope="session")
def serving(pem: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    with origins.serving(pem, tmp_path_factory.mktemp("web")) as serving:
        yield serving


@pytest.fixture
def origin(serving: Origin) -> Origin:
    """The one server, with nothing on its list of requests."""
    serving.requests.clear()
    return serving


@pytest.fixture(scope="session")
def standing(serving: Origin) -> Iterator[OpenDoor]:
    """One worker for all tests that leave it alive: it takes a second to start."""
    with open_door(lambda call: "deny", parent={"SSL_CERT_FILE": serving.trust}) as opened:
        yield opened


@pytest.fixture
def door(standing: OpenDoor) -> OpenDoor:
    """The one door, with nothing on record, under a policy that allows every host not called `denied.…`."""
    standing.clear(denied_by_name)
    return standing
