"""A person's own proxy and certificates: a run goes through them, and what is refused never gets there."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from callwarden.launch import interpreter
from callwarden.launch.testing import Runner

if TYPE_CHECKING:
    from callwarden.egress.origin import Origin
    from callwarden.egress.testing import PersonsProxy

pytestmark = pytest.mark.skipif(not shutil.which("curl", path=interpreter.path()), reason="no curl here")
NAME = "intranet.example.org"


@pytest.fixture
def proxy(origin: Origin) -> Iterator[PersonsProxy]:
    """Knows one name, which no resolver does."""
    from callwarden.egress.testing import PersonsProxy

    with PersonsProxy({NAME: "127.0.0.1"}) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


def test_a_run_goes_through_the_persons_proxy(runner: Runner, origin: Origin, proxy: PersonsProxy) -> None:
    runner.allow(NAME, origin.https)
    runner.environment["HTTPS_PROXY"] = f"http://me:secret@127.0.0.1:{proxy.server_address[1]}"
    runner.write("fetch.sh", "for url; do curl -sS $url; env | grep -c secret; done\n")
    urls = (origin.url("/hello.txt", NAME), origin.url("/hello.txt", "elsewhere.example.org"))
    status, out, err = runner.run("sh", "fetch.sh", *urls)
    hello, known, refusal, known_still = out.splitlines()
    assert (hello, known, known_still) == ("hello from the origin", "0", "0"), err
    assert json.loads(refusal)["rule"] == "gate.unanswered"
    assert [head.splitlines()[0] for head in proxy.heads] == [f"CONNECT {NAME}:{origin.https} HTTP/1.1"]
    assert "proxy-authorization: basic" in proxy.heads[0].lower()
    assert status == 1  # of grep, which found nothing
