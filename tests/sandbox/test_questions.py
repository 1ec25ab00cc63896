"""Open questions: pipelined, never waiting, and closed by anything that is not an answer."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from callwarden.errors import GateGone
from callwarden.sandbox.questions import MAX_LINE, Questions, TooLong


@pytest.fixture
def gate() -> Iterator[tuple[Questions[str], socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Questions(ours), theirs


def test_answers_in_another_order_find_their_askers(gate: tuple[Questions[str], socket.socket]) -> None:
    questions, far = gate
    questions.ask("first", {"op": "decide"})
    questions.ask("second", {"op": "decide"})
    sent = [json.loads(line) for line in far.recv(4096).splitlines()]
    far.sendall(b'{"seq": 2, "run": true}\n{"seq": 1, "r')
    assert list(questions.answers()) == [("second", {"seq": 2, "run": True})]
    far.sendall(b'un": false}\n')
    assert list(questions.answers()) == [("first", {"seq": 1, "run": False})]
    assert [message["seq"] for message in sent] == [1, 2]
    assert questions.dropped() == []


def test_a_gate_that_reads_slowly_holds_nobody_up(gate: tuple[Questions[str], socket.socket]) -> None:
    questions, far = gate
    for _ in range(8):
        questions.ask("one", {"text": "x" * 200_000})
    waiting = questions.unsent
    received = b""
    while received.count(b"\n") < 8:
        received += far.recv(1 << 20)
        questions.push()
    assert (waiting, questions.unsent) == (True, False)
    assert len(questions.dropped()) == 8


def test_a_question_longer_than_the_gate_reads_is_not_put(gate: tuple[Questions[str], socket.socket]) -> None:
    questions, _ = gate
    with pytest.raises(TooLong):
        questions.ask("one", {"text": "x" * MAX_LINE})
    assert questions.dropped() == []


@pytest.mark.parametrize("line", [b"no json\n", b'{"run": true}\n', b'{"seq": 7, "run": true}\n', b"[]\n", b"1\n"])
def test_what_is_no_answer_means_that_the_gate_has_gone(
    gate: tuple[Questions[str], socket.socket], line: bytes
) -> None:
    questions, far = gate
    questions.ask("one", {"op": "decide"})
    far.sendall(line)
    with pytest.raises(GateGone):
        list(questions.answers())
    assert questions.dropped() == ["one"]


def test_the_end_means_that_the_gate_has_gone(gate: tuple[Questions[str], socket.socket]) -> None:
    questions, far = gate
    far.close()
    with pytest.raises(GateGone):
        list(questions.answers())
    with pytest.raises(GateGone):
        questions.ask("one", {"op": "decide"})
