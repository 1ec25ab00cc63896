import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from callwarden.client import AsyncClient, Client, peer_uid
from callwarden.errors import DoorError, GateGone

Respond = Callable[[list[dict[str, Any]]], list[bytes]]


class Peer:
    """The other end of a client's socket: answers a list of questions with lines, or hangs up."""

    def __init__(self, respond: Respond, *, batch: int = 1) -> None:
        self.client, self._server = socket.socketpair()
        self._respond, self._batch = respond, batch
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with self._server, self._server.makefile("rwb") as stream:
            questions: list[dict[str, Any]] = []
            for line in stream:
                questions.append(json.loads(line))
                if len(questions) == self._batch:
                    answers = self._respond(questions)
                    questions = []
                    if not answers:
                        return
                    stream.writelines(answers)
                    stream.flush()

    def close(self) -> None:
        self._thread.join(5)


@pytest.fixture
def peer() -> Iterator[Callable[..., Peer]]:
    peers: list[Peer] = []

    def make(respond: Respond, **options: Any) -> Peer:
        peers.append(Peer(respond, **options))
        return peers[-1]

    yield make
    for one in peers:
        one.client.close()
        one.close()


def _run(question: dict[str, Any], **fields: Any) -> bytes:
    return (
        json.dumps({"seq": question["seq"], "run": True, "record": question["call"]["id"], **fields}).encode() + b"\n"
    )


def test_answers_in_another_order_find_their_askers(peer: Callable[..., Peer]) -> None:
    with Client(peer(lambda qs: [_run(q) for q in reversed(qs)], batch=2).client) as gate:
        first, second = gate.submit(op="decide", call={"id": "a"}), gate.submit(op="decide", call={"id": "b"})
        assert (first.result(5)["record"], second.result(5)["record"]) == ("a", "b")


def test_many_threads_share_a_connection(peer: Callable[..., Peer]) -> None:
    with Client(peer(lambda qs: [_run(q) for q in qs]).client) as gate:
        found: list[bool] = []

        def ask(name: str) -> None:
            found.extend(gate.decide({"id": f"{name}{i}"})["record"] == f"{name}{i}" for i in range(50))

        threads = [threading.Thread(target=ask, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert found == [True] * 200


def test_an_error_is_raised_and_names_the_fault(peer: Callable[..., Peer]) -> None:
    lines = [b'{"seq": 1, "error": "op: unknown"}\n']
    with Client(peer(lambda _: lines).client) as gate, pytest.raises(DoorError, match="op: unknown"):
        gate.decide({"id": "a"})


@pytest.mark.parametrize("answer", [[], [b'{"seq": null, "error": "no"}\n'], [b"garbage\n"], [b"[]\n"]])
def test_a_gate_that_hangs_up_or_talks_nonsense_is_gone(peer: Callable[..., Peer], answer: list[bytes]) -> None:
    with Client(peer(lambda _: answer).client) as gate:
        with pytest.raises(GateGone):
            gate.decide({"id": "a"}, timeout=5)
        with pytest.raises(GateGone):
            gate.decide({"id": "b"}, timeout=5)


def test_a_gate_that_is_silent_is_gone_after_the_timeout(peer: Callable[..., Peer]) -> None:
    with Client(peer(lambda _: [b""]).client) as gate, pytest.raises(GateGone, match="did not answer"):
        gate.decide({"id": "a"}, timeout=0.05)


@pytest.mark.parametrize("value", ["\udcff", float("nan")])
def test_what_cannot_be_written_is_refused_here_and_the_connection_lives(peer: Callable[..., Peer], value: Any) -> None:
    with Client(peer(lambda qs: [_run(q) for q in qs]).client) as gate:
        with pytest.raises(DoorError, match="JSON"):
            gate.decide({"id": "a", "command": value})
        assert gate.decide({"id": "b"})["run"]


def test_tasks_share_an_asynchronous_connection(peer: Callable[..., Peer]) -> None:
    async def ask() -> list[str]:
        gate = await AsyncClient.over(peer(lambda qs: [_run(q) for q in reversed(qs)], batch=3).client)
        answers = await asyncio.gather(*(gate.decide({"id": name}, timeout=5) for name in "abc"))
        await gate.close()
        return [answer["record"] for answer in answers]

    assert asyncio.run(ask()) == ["a", "b", "c"]


def test_an_asynchronous_client_learns_that_the_gate_has_gone(peer: Callable[..., Peer]) -> None:
    async def ask() -> None:
        gate = await AsyncClient.over(peer(lambda _: []).client)
        with pytest.raises(GateGone):
            await gate.decide({"id": "a"}, timeout=5)
        await asyncio.wait_for(gate.lost(), 5)
        with pytest.raises(GateGone):
            await gate.decide({"id": "b"}, timeout=5)
        await gate.close()

    asyncio.run(ask())


def test_no_gate_anywhere_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLWARDEN_SOCKET", raising=False)
    with pytest.raises(GateGone, match="no gate is known"):
        Client.connect()
    with pytest.raises(GateGone, match="no gate answers"):
        Client.connect(tmp_path / "gate.sock")


def test_a_gate_in_a_directory_that_others_may_write_is_not_trusted(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(GateGone, match="not trusted"):
        Client.connect(tmp_path / "gate.sock")


def test_a_gate_of_another_uid_is_not_trusted(tmp_path: Path) -> None:
    with pytest.raises(GateGone, match="not trusted"):
        Client.connect(tmp_path / "gate.sock", uid=os.getuid() + 1)


def test_the_peer_is_who_the_kernel_says() -> None:
    here, there = socket.socketpair()
    with here, there:
        assert peer_uid(here) == os.getuid()


def test_the_client_imports_none_of_the_heavy_packages() -> None:
    program = "import sys, callwarden.client; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    path = os.pathsep.join(sys.path)
    loaded = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": path}, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"pydantic", "orjson", "httpx", "click", "yaml", "tree_sitter"} & set(loaded)
