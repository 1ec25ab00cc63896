"""Ctrl-C and SIGTERM for whoever waits for a program: passed on, and after a grace everything ends."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def passed_on(end: Callable[[int], None]) -> Iterator[None]:
    """While the block runs, a signal calls `end(number)` and interrupts nothing else."""

    def handle(number: int, frame: FrameType | None) -> None:
        end(number)

    before = {number: signal.signal(number, handle) for number in PASSED_ON}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
