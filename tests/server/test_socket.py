import asyncio
import json
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callwarden.client import AsyncClient, Client
from callwarden.errors import DoorError, GateGone
from callwarden.gate import Gate
from callwarden.server.socket import IN_THE_AIR, Server
from callwarden.testing import Absent, Answering, Person, gate_of, records

SHELL = {"id": "c1", "kind": "shell", "command": "ls"}
EXEC = {"id": "e1", "kind": "exec", "argv": ["ls"]}


@pytest.fixture
def gate() -> Iterator[Gate]:
    with gate_of() as gate:
        yield gate


@pytest.fixture
def server(gate: Gate) -> Iterator[Server]:
    server = Server(gate)
    yield server
    server.close()


@pytest.fixture
def path(server: Server, tmp_path: Path) -> Path:
    return server.listen(tmp_path / "run" / "gate.sock", session="s")


def raw(path: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.settimeout(10)
    sock.connect(os.fspath(path))
    return sock


def exchange(sock: socket.socket, line: bytes) -> dict[str, Any]:
    sock.sendall(line)
    with sock.makefile("rb") as stream:
        answer: dict[str, Any] = json.loads(stream.readline())
    return answer


def test_an_adapter_asks_at_the_tool_door_and_says_how_it_ended(gate: Gate, path: Path) -> None:
    with Client.connect(path) as client:
        answer = client.decide(SHELL)
        done = client.complete("c1", {"status": 0})
        assert client.ping()
        assert client.health()["ok"]
    assert answer["run"]
    assert answer["decision"]["effect"] == "allow"
    assert [record["id"] for record in records(gate.log)][1:] == [answer["record"], done["record"]]
    assert records(gate.log, "decision")[0]["door"] == "tool"


def test_a_refusal_carries_the_finding_to_show(tmp_path: Path) -> None:
    with gate_of(Answering("deny")) as gate:
        server = Server(gate)
        with Client.connect(server.listen(tmp_path / "gate.sock", session="s")) as client:
            answer = client.decide(SHELL)
        server.close()
    assert (answer["run"], answer["finding"]["rule"]) == (False, "test.rule")


def test_a_door_asks_over_a_socket_it_inherits_and_may_say_the_cause(gate: Gate, server: Server) -> None:
    ours, theirs = socket.socketpair()
    server.serve(ours, session="s", door="process")
    with Client(theirs) as client:
        assert client.decide(EXEC, cause={"id": "t1", "confidence": "exact"})["run"]
        with pytest.raises(DoorError, match="cause"):
            client.decide(EXEC, cause={"id": 7})
    (record,) = records(gate.log, "decision")
    assert (record["door"], record["cause"]["id"]) == ("process", "t1")


def test_an_adapter_may_not_say_the_cause(gate: Gate, path: Path) -> None:
    with Client.connect(path) as client:
        for said in ({"cause": {"id": "t1"}}, {"parent": "t1"}, {"port": 1}):
            answer = client.submit(op="decide", call=SHELL, **said).result(5)
            assert "own doors only" in answer["error"]
    assert not records(gate.log, "decision")


def test_a_door_may_say_which_call_another_belongs_to(gate: Gate, server: Server) -> None:
    ours, theirs = socket.socketpair()
    server.serve(ours, session="s", door="egress")
    connect = {"id": "n1", "kind": "connect", "host": "example.org", "port": 443}
    request = {"id": "n2", "kind": "http", "method": "GET", "url": "https://example.org/"}
    with Client(theirs) as client:
        client.decide(connect, cause={"id": "t1", "confidence": "exact"})
        client.decide(request, parent="n1")
        for port in (True, -1, 70_000, "x"):
            with pytest.raises(DoorError, match="port"):
                client.decide(request | {"id": "n3"}, port=port)
    last = records(gate.log, "decision")[-1]
    assert (last["data"]["parent"], last["cause"]["id"]) == ("n1", "t1")


def test_an_adapter_may_not_end_what_another_door_let_run(gate: Gate, server: Server, path: Path) -> None:
    ours, theirs = socket.socketpair()
    server.serve(ours, session="s", door="process")
    with Client(theirs) as door, Client.connect(path) as adapter:
        assert door.decide(EXEC)["run"]
        with pytest.raises(DoorError, match="not under way"):
            adapter.complete("e1", {"status": 0})
        assert door.complete("e1", {"status": 0})["ok"]


def test_an_adapter_may_not_choose_its_session_or_door(path: Path) -> None:
    with Client.connect(path) as client:
        for field in ("session", "door"):
            answer = client.submit(op="decide", call=SHELL, **{field: "other"}).result(5)
            assert "unknown field" in answer["error"]


def test_a_malformed_call_is_a_decision_and_a_malformed_line_an_error(path: Path) -> None:
    with raw(path) as sock:
        assert exchange(sock, b'{"seq": 1, "op": "decide", "call": {}}\n')["finding"]["rule"] == "gate.malformed"
        assert exchange(sock, b'{"seq": 2, "op": "decide"}\n')["finding"]["rule"] == "gate.malformed"
        assert exchange(sock, b'{"seq": 3, "op": "open"}\n')["error"].startswith("op:")
        assert exchange(sock, b"nonsense\n") == {"seq": None, "error": exchange(sock, b"nonsense\n")["error"]}
        assert exchange(sock, b'{"seq": 4, "op": "complete", "call_id": 1, "result": {}}\n')["seq"] == 4
        assert exchange(sock, b'{"seq": 5, "op": "ping"}\n') == {"seq": 5, "ok": True}


def test_a_line_too_long_ends_its_connection_and_no_other(path: Path) -> None:
    with raw(path) as sock, Client.connect(path) as other:
        flood = threading.Thread(target=_flood, args=(sock,))
        flood.start()
        flood.join(10)
        assert not flood.is_alive()
        assert _ended(sock)
        assert other.ping()


def _ended(sock: socket.socket) -> bool:
    """The error may be lost with what the peer had still to send; the end is not."""
    try:
        while data := sock.recv(1 << 16):
            assert b"longer than" in data
    except ConnectionResetError:
        return True
    return True


def _flood(sock: socket.socket) -> None:
    try:
        for _ in range(80):
            sock.sendall(b"x" * (1 << 16))
    except OSError:
        return


def test_a_peer_of_another_account_is_not_answered(server: Server, tmp_path: Path) -> None:
    path = server.listen(tmp_path / "gate.sock", session="s", uids=frozenset({os.getuid() + 1}))
    with Client.connect(path) as client, pytest.raises(GateGone):
        client.decide(SHELL, timeout=5)


def test_the_socket_and_its_directory_are_ours_alone(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_socket_that_a_dead_gate_left_is_replaced_and_anything_else_is_not(server: Server, tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(os.fspath(tmp_path / "gate.sock"))
    left.close()
    with Client.connect(server.listen(tmp_path / "gate.sock", session="s")) as client:
        assert client.ping()
    (tmp_path / "file").write_text("precious")
    with pytest.raises(DoorError, match="no socket"):
        server.listen(tmp_path / "file", session="s")
    assert (tmp_path / "file").read_text() == "precious"


def test_a_lost_door_is_noticed(server: Server) -> None:
    gone = threading.Event()
    ours, theirs = socket.socketpair()
    server.serve(ours, session="s", door="egress", gone=gone.set)
    theirs.close()
    assert gone.wait(5)


def test_a_peer_that_leaves_while_it_waits_leaves_nothing_hanging() -> None:
    absent = Absent()
    with gate_of(Answering("escalate"), absent) as gate:
        server, (ours, theirs) = Server(gate), socket.socketpair()
        server.serve(ours, session="s", door="tool")
        theirs.sendall(json.dumps({"seq": 1, "op": "decide", "call": SHELL}).encode() + b"\n")
        assert absent.asked.wait(5)
        theirs.close()
        absent.close()
        server.close()
        assert [record["data"]["run"] for record in records(gate.log, "decision")] == [False]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("callwarden-tool")]


def test_when_the_gate_closes_its_clients_know(gate: Gate, server: Server, path: Path) -> None:
    with Client.connect(path) as client:
        assert client.ping()
        server.close()
        with pytest.raises(GateGone):
            client.decide(SHELL, timeout=5)
    assert not path.exists()


def test_a_flood_of_questions_is_answered_whole_and_a_few_at_a_time(gate: Gate, path: Path) -> None:
    with Client.connect(path) as client:
        count = IN_THE_AIR * 4
        asked = [client.submit(op="decide", call=SHELL | {"id": f"c{number}"}) for number in range(count)]
        assert all(future.result(30)["run"] for future in asked)
    assert len(records(gate.log, "decision")) == count


def test_one_waiting_question_does_not_hold_up_the_next(tmp_path: Path) -> None:
    absent = Absent()
    with gate_of(Answering("escalate"), absent) as gate:
        server = Server(gate)
        with Client.connect(server.listen(tmp_path / "gate.sock", session="s")) as client:
            waiting = client.submit(op="decide", call=SHELL)
            assert absent.asked.wait(5)
            assert client.ping()
            absent.close()
            assert not waiting.result(5)["run"]
        server.close()


def test_an_asynchronous_client_asks_alike(path: Path) -> None:
    async def ask() -> list[bool]:
        client = await AsyncClient.connect(path)
        answers = await asyncio.gather(*(client.decide(SHELL | {"id": f"c{n}"}) for n in range(8)))
        await client.complete("c1", {"status": 0})
        await client.close()
        return [answer["run"] for answer in answers]

    assert asyncio.run(ask()) == [True] * 8


def test_a_person_who_allows_is_heard_through_the_socket(tmp_path: Path) -> None:
    with gate_of(Answering("escalate"), Person("once")) as gate:
        server = Server(gate)
        with Client.connect(server.listen(tmp_path / "gate.sock", session="s")) as client:
            assert client.decide(SHELL)["run"]
        server.close()
