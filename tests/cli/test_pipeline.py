"""Many calls at once: the order holds, a stream answers at once, a fault is not swallowed."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Iterator
from queue import Queue
from threading import Event, Thread

import pytest

from callwarden.cli.pipeline import stream


def test_answers_come_in_the_order_of_the_calls() -> None:
    output = io.BytesIO()

    def work(number: int) -> bytes:
        time.sleep(random.random() / 500)
        return b"%d\n" % number

    stream(range(200), work, output)
    assert output.getvalue().split() == [b"%d" % number for number in range(200)]


def test_an_answer_goes_out_before_the_next_call_comes_in() -> None:
    answered, asked = Event(), Queue[int | None]()

    class Output(io.BytesIO):
        def flush(self) -> None:
            answered.set()

    output = Output()
    thread = Thread(target=stream, args=(iter(asked.get, None), lambda n: b"%d" % n, output))
    thread.start()
    asked.put(7)
    assert answered.wait(5)
    assert output.getvalue() == b"7"
    asked.put(None)
    thread.join(5)
    assert not thread.is_alive()


def test_a_fault_in_the_work_ends_the_batch() -> None:
    with pytest.raises(ZeroDivisionError):
        stream([1, 0, 2], lambda n: b"%d" % (1 // n), io.BytesIO())


def test_a_fault_in_reading_ends_the_batch() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError("the disk has gone")

    with pytest.raises(OSError, match="gone"):
        stream(broken(), lambda n: b"%d" % n, io.BytesIO())
