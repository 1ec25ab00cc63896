"""Ctrl-C and SIGTERM for whoever waits for a program: passed on, and after a grace everything ends.

The kernel may give a signal to any thread, and Python runs handlers on the main one, which then waits for the program
and does not hear of it. So the number goes through a pipe to a thread of its own.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def passed_on(end: Callable[[int], None]) -> Iterator[None]:
    """While the block runs, a signal calls `end(number)`, on another thread, and interrupts nothing else."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    thread = threading.Thread(target=_pass, args=(read, end), name="callwarden-signals", daemon=True)
    thread.start()
    before = {number: signal.signal(number, lambda *_: None) for number in PASSED_ON}
    woken = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(write)
        thread.join()
        os.close(read)


def _pass(read: int, end: Callable[[int], None]) -> None:
    while number := os.read(read, 1):
        if number[0] in PASSED_ON:
            end(number[0])
