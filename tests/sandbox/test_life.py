"""How it ends: statuses, signals, and everything failing closed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from callwarden.errors import DoorError
from callwarden.sandbox.door import ProcessDoor
from callwarden.sandbox.jail import Jail, Program
from callwarden.sandbox.testing import AnsweringGate, everything, ran, started

BEATS = "while :; do echo beat >> beats; /bin/sleep 0.02; done"


def running(tmp_path: Path, command: str, judge: Callable[[dict[str, Any]], bool] = everything) -> Any:
    gate = AnsweringGate(judge)
    jail = Jail(workspace=str(tmp_path), home=str(tmp_path))
    door, listeners = started(gate, jail, Program(["sh", "-c", command], dict(os.environ), str(tmp_path)))
    assert listeners is not None
    os.close(listeners.tcp)
    os.close(listeners.dns)
    return gate, door


def appears(path: Path) -> None:
    end = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} never appeared"
        time.sleep(0.01)


def still(path: Path) -> bool:
    """Whether nobody writes any more; on a busy machine a killed process may take a moment to be gone."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        before = path.stat().st_size
        time.sleep(0.3)
        if path.stat().st_size == before:
            return True
    return False


def test_the_listeners_accept_from_inside_the_jail(tmp_path: Path) -> None:
    gate = AnsweringGate()
    door = ProcessDoor(gate.door, Jail(workspace=str(tmp_path), home=str(tmp_path)))
    listeners = door.prepare()
    assert listeners is not None
    proxy, dns = socket.socket(fileno=listeners.tcp), socket.socket(fileno=listeners.dns)
    source = f"""if True:
        import socket
        print(socket.create_connection(("127.0.0.1", {listeners.port})).recv(5), file=open("tcp", "w"))
        s = socket.socket(type=socket.SOCK_DGRAM)
        s.sendto(b"question", ("127.0.0.53", 53))
        print(s.recv(9), file=open("udp", "w"))
    """
    with proxy, dns:
        proxy.settimeout(10)
        dns.settimeout(10)
        door.start(Program([sys.executable, "-c", source], dict(os.environ), str(tmp_path)))
        connection, _ = proxy.accept()
        with connection:
            connection.sendall(b"hello")
        question, address = dns.recvfrom(100)
        dns.sendto(b"answer", address)
    assert question == b"question"
    assert door.wait() == 0
    assert (tmp_path / "tcp").read_text() == "b'hello'\n"
    assert (tmp_path / "udp").read_text() == "b'answer'\n"


def test_nothing_runs_before_it_is_let(tmp_path: Path) -> None:
    gate = AnsweringGate()
    door = ProcessDoor(gate.door, Jail(workspace=str(tmp_path), home=str(tmp_path)))
    listeners = door.prepare()
    assert listeners is not None
    time.sleep(0.2)
    assert gate.calls == []
    door.close()
    assert gate.calls == []
    os.close(listeners.tcp)
    os.close(listeners.dns)


@pytest.mark.parametrize(("command", "status"), [("exit 3", 3), ("kill -9 $$", 137), ("kill -15 $$", 143)])
def test_the_exit_status_is_the_programs(tmp_path: Path, command: str, status: int) -> None:
    assert ran(["sh", "-c", command], tmp_path).status == status


def test_terminate_ends_everything(tmp_path: Path) -> None:
    _, door = running(tmp_path, f"({BEATS}) & echo up > up; wait")
    appears(tmp_path / "up")
    appears(tmp_path / "beats")
    door.terminate()
    assert door.wait() == 128 + signal.SIGTERM
    assert still(tmp_path / "beats")


def test_a_program_that_ignores_it_is_killed_after_the_grace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callwarden.sandbox.door.GRACE_SECONDS", 0.3)
    _, door = running(tmp_path, f"trap '' TERM; {BEATS}")
    appears(tmp_path / "beats")
    door.terminate()
    assert door.wait() == 128 + signal.SIGKILL
    assert still(tmp_path / "beats")


def test_what_the_program_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    _, door = running(tmp_path, f"setsid sh -c '{BEATS}' & while [ ! -s beats ]; do /bin/sleep 0.02; done; exit 4")
    assert door.wait() == 4
    assert still(tmp_path / "beats")


def test_when_the_gate_goes_everything_ends(tmp_path: Path) -> None:
    gate, door = running(tmp_path, BEATS)
    appears(tmp_path / "beats")
    gate.end()
    assert door.wait() == 125
    asked = len(gate.calls)
    assert still(tmp_path / "beats")
    assert len(gate.calls) == asked


def test_when_the_supervisor_is_killed_everything_ends(tmp_path: Path) -> None:
    _, door = running(tmp_path, f"trap '' TERM HUP INT; ({BEATS}) & {BEATS}")
    appears(tmp_path / "beats")
    os.kill(door.pid, signal.SIGKILL)
    assert door.wait() == 125
    assert still(tmp_path / "beats")


def test_when_the_launcher_is_killed_everything_ends(tmp_path: Path) -> None:
    gate = AnsweringGate()
    (tmp_path / "tmp").mkdir()
    order = {
        "jail": Jail(str(tmp_path), str(tmp_path)).dumped(),
        "program": Program(["sh", "-c", f"trap '' TERM HUP; {BEATS}"], dict(os.environ), str(tmp_path)).dumped(),
    }
    with gate.door:
        launcher = subprocess.Popen(
            [sys.executable, "-P", "-m", "callwarden.sandbox.testing", str(gate.door.fileno())],
            stdin=subprocess.PIPE,
            pass_fds=[gate.door.fileno()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path / "tmp")},
        )
    assert launcher.stdin is not None
    with launcher.stdin as stdin:
        stdin.write(json.dumps(order).encode())
    appears(tmp_path / "beats")
    launcher.kill()
    launcher.wait()
    assert still(tmp_path / "beats")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_an_answer_that_can_not_be_read_ends_everything(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    door = ProcessDoor(theirs, Jail(workspace=str(tmp_path), home=str(tmp_path)))
    listeners = door.prepare()
    assert listeners is not None
    door.start(Program(["sh", "-c", "echo ran > ran"], dict(os.environ), str(tmp_path)))
    with ours:
        ours.recv(1 << 16)
        ours.sendall(b'{"seq": 99, "run": true}\n')
        assert door.wait() == 125
    assert not (tmp_path / "ran").exists()
    os.close(listeners.tcp)
    os.close(listeners.dns)


def test_one_open_question_holds_nobody_else_up(tmp_path: Path) -> None:
    free = threading.Event()

    def slow(call: dict[str, Any]) -> bool:
        return not call["exe"].endswith("/id") or free.wait(20)

    _, door = running(tmp_path, "/usr/bin/id > slow & /bin/true && echo quick > quick; wait", slow)
    appears(tmp_path / "quick")
    assert (tmp_path / "slow").read_text() == ""
    free.set()
    assert door.wait() == 0
    assert "uid=" in (tmp_path / "slow").read_text()


def test_an_asker_that_dies_is_dropped(tmp_path: Path) -> None:
    free = threading.Event()

    def slow(call: dict[str, Any]) -> bool:
        return not call["exe"].endswith("/id") or free.wait(20)

    gate, door = running(tmp_path, "/usr/bin/id & /bin/sleep 0.1; kill -9 $!; wait; echo done > done; /bin/true", slow)
    appears(tmp_path / "done")
    free.set()
    assert door.wait() == 0
    assert "true" in gate.programs()


def test_signals_do_not_interrupt_a_waiting_exec(tmp_path: Path) -> None:
    def slow(call: dict[str, Any]) -> bool:
        time.sleep(0.2 if call["exe"].endswith("/id") else 0)
        return True

    command = "trap 'echo got >> got' USR1; (/usr/bin/id > out; echo $? >> out) & kill -USR1 $!; wait $!; wait"
    _, door = running(tmp_path, command, slow)
    assert door.wait() == 0


def test_kill_0_in_a_script_reaches_only_the_jail(tmp_path: Path) -> None:
    assert ran(["sh", "-c", "trap 'exit 5' TERM; kill 0; sleep 1"], tmp_path).status == 5


def test_a_jail_that_can_not_be_made_is_a_door_error(tmp_path: Path) -> None:
    gate = AnsweringGate()
    door = ProcessDoor(gate.door, Jail(workspace=str(tmp_path), home=str(tmp_path), gate_socket="/no/such/socket"))
    with pytest.raises(DoorError, match="jail could not be made"):
        door.prepare()
    door.terminate()  # too late, and no harm


def test_a_door_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    before = set(Path("/proc/self/fd").iterdir())
    _, door = running(tmp_path, "mkdir -m 0 /tmp/closed; echo x > /tmp/file; exit 2")
    assert door.wait() == 2
    assert list((tmp_path / "tmp").iterdir()) == []
    gone = time.monotonic() + 5
    while set(Path("/proc/self/fd").iterdir()) - before and time.monotonic() < gone:
        time.sleep(0.02)  # the gate's thread closes its end
    assert set(Path("/proc/self/fd").iterdir()) <= before


@pytest.mark.parametrize("waived", ["namespaces", "exec"])
def test_what_is_waived_is_all_that_is_missing(tmp_path: Path, waived: str) -> None:
    jail = Jail(str(tmp_path), str(tmp_path), namespaces=waived != "namespaces", exec_door=waived != "exec")
    command = "readlink /proc/self/ns/pid; /usr/bin/id -u; exit 6"
    done = ran(["sh", "-c", command], tmp_path, lambda call: not call["exe"].endswith("/id"), jail=jail)
    assert done.status == 6
    sees_the_host = done.out.splitlines()[0] == str(Path("/proc/self/ns/pid").readlink())
    assert sees_the_host == (waived == "namespaces")
    assert ("refused id" in done.err) == (waived == "namespaces")
