"""The servers of the demo are real: what callwarden refuses would otherwise work."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("asyncssh", reason="the demo's SSH server: install callwarden[demo]")

from callwarden.demo import certificates, network, tunnel, world


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return certificates.authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def servers(trust: tuple[Path, ssl.SSLContext]) -> Iterator[world.World]:
    with world.running(trust[1]) as running:
        yield running


def through(servers: world.World, name: str) -> socket.socket:
    """A connection to one of the demo's names, by its proxy."""
    proxy = urlsplit(servers.proxy)
    sock = socket.create_connection((proxy.hostname or "", proxy.port or 0), timeout=5)
    sock.sendall(f"CONNECT {name} HTTP/1.1\r\n\r\n".encode())
    return sock


def test_the_ssh_server_opens_reverse_tunnels(servers: world.World) -> None:
    assert tunnel.opens(servers.ports["ssh"])
    assert servers.reached["ssh"] == 1


def test_the_pool_takes_a_log_in(servers: world.World) -> None:
    with socket.create_connection(("127.0.0.1", servers.ports["pool"]), timeout=5) as miner:
        miner.sendall(b'{"id": 1, "method": "login"}\n')
        assert json.loads(miner.recv(1024))["result"]["status"] == "OK"
    assert servers.reached["pool"] == 1


def test_the_mirror_is_reached_by_its_name_over_tls(servers: world.World, trust: tuple[Path, ssl.SSLContext]) -> None:
    with through(servers, network.NAMES["mirror"]) as sock:
        assert b"200" in sock.recv(1024)
        tls = ssl.create_default_context(cafile=str(trust[0]))
        with tls.wrap_socket(sock, server_hostname="mirror.example.net") as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: mirror.example.net\r\n\r\n")
            assert client.recv(1024).startswith(b"HTTP/1.1 200")
    assert servers.reached == {"mirror": 1}


@pytest.mark.parametrize("name", ["example.com:443", "mirror.example.net:22", "127.0.0.1:22"])
def test_the_demos_network_knows_no_other_name(servers: world.World, name: str) -> None:
    with through(servers, name) as sock:
        assert b"502" in sock.recv(1024)
    assert not servers.reached
