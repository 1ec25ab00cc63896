"""A person's own proxy is chained: the door judges, then goes through it."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from callwarden.egress import upstream
from callwarden.egress.origin import Origin
from callwarden.egress.testing import PersonsProxy, denied_by_name, open_door


@pytest.fixture
def proxy() -> Iterator[PersonsProxy]:
    with PersonsProxy() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


def test_requests_go_through_the_persons_proxy_with_its_password_there_alone(
    origin: Origin, proxy: PersonsProxy
) -> None:
    port = proxy.server_address[1]
    parent = {
        "HTTPS_PROXY": f"http://me:s%40crt@127.0.0.1:{port}",
        "NO_PROXY": "direct.localhost",
        "SSL_CERT_FILE": origin.trust,
    }
    with open_door(denied_by_name, parent=parent) as door, httpx.Client(proxy=door.url, verify=door.context) as http:
        for scheme in ("https", "http"):
            assert http.get(origin.url("/hello.txt", scheme=scheme)).text == "hello from the origin\n"
        heads = list(proxy.heads)
        assert http.get(origin.url("/hello.txt", "direct.localhost")).status_code == 200
        assert http.get(origin.url("/hello.txt", "denied.localhost")).status_code == 403
        assert http.get(origin.url("/hello.txt", "denied.localhost", "http")).status_code == 403
        assert proxy.heads == heads
    expected = f"proxy-authorization: Basic {base64.b64encode(b'me:s@crt').decode()}"
    assert heads[0].startswith(f"CONNECT localhost:{origin.https} ")
    assert heads[1].startswith(f"GET http://localhost:{origin.http}/hello.txt ")
    assert all(expected in head.replace("Proxy-Authorization", "proxy-authorization") for head in heads)
    assert all("proxy-authorization" not in head for head in origin.heads)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ("", "")),
        ({"http_proxy": "http://a:1", "HTTPS_PROXY": "http://b:2", "no_proxy": "x"}, ("http://b:2", "x")),
        ({"all_proxy": "http://c:3", "HTTPS_PROXY": ""}, ("http://c:3", "")),
    ],
)
def test_the_persons_environment_names_their_proxy(environment: dict[str, str], expected: tuple[str, str]) -> None:
    assert upstream.of(environment) == expected


@pytest.mark.parametrize("url", ["socks5://a:1", "http://", "ftp://x"])
def test_a_proxy_that_cannot_be_chained_is_said_so(url: str) -> None:
    with pytest.raises(ValueError, match="can't be chained"):
        upstream.read(url)


@pytest.mark.parametrize(
    ("host", "passes"),
    [("example.org", False), ("a.example.org", False), ("badexample.org", True), ("10.0.0.1", False), ("b.net", False)],
)
def test_no_proxy_covers_names_and_what_lies_below_them(host: str, passes: bool) -> None:
    proxy: Any = upstream.read("proxy.corp:3128", "example.org, 10.0.0.1,*.b.net,.b.net")
    assert proxy.passes(host) is passes
    assert (proxy.port, proxy.mode) == (3128, "upstream:http://proxy.corp:3128")
