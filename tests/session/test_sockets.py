import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from callwarden.session import sockets


def test_a_connected_socket_is_held_by_the_process_that_opened_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        assert sockets.holder(client.getsockname()[1], os.getpid()) == os.getpid()
        assert sockets.holder(listener.getsockname()[1], os.getpid()) in {0, os.getpid()}


def test_a_socket_of_version_6_is_found_too() -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 loopback here: enable it with sysctl net.ipv6.conf.lo.disable_ipv6=0")
    with listener, socket.create_connection(listener.getsockname()[:2]) as client:
        assert sockets.holder(client.getsockname()[1], os.getpid()) == os.getpid()


def test_a_socket_that_was_inherited_is_the_youngest_holders() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        command = [sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.read()"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, pass_fds=[client.fileno()], stdin=pipe, stdout=pipe) as child:
            assert child.stdout
            child.stdout.readline()
            held = sockets.holder(client.getsockname()[1], os.getpid())
            child.communicate()
        assert held == child.pid


@pytest.mark.parametrize("near", [0, -1, 1 << 30])
def test_near_nobody_nothing_is_found(near: int) -> None:
    assert sockets.holder(80, near) == 0


def test_a_port_nobody_has_is_held_by_nobody() -> None:
    assert sockets.holder(1, os.getpid()) == 0


def test_parents_go_up_to_the_first_process_and_end_where_one_is_gone() -> None:
    line = list(sockets.parents(os.getpid()))
    assert line[:2] == [os.getpid(), os.getppid()][: len(line)]
    assert list(sockets.parents(1 << 30)) == [1 << 30]
    assert list(sockets.parents(0)) == []


def test_a_table_that_cannot_be_read_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "PROC", tmp_path)
    assert sockets.holder(80, 7) == 0
    assert list(sockets.parents(7)) == [7]
