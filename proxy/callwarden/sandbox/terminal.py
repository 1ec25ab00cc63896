"""Who may read from the terminal: the program is in a process group of its own, so the foreground is handed over."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_FROM_A_PERSON = (signal.SIGTSTP, signal.SIGSTOP)


def in_front() -> bool:
    """Whether this process's group has the terminal."""
    with _terminal() as tty:
        return tty is not None and os.tcgetpgrp(tty) == os.getpgrp()


def take_back(program: int) -> None:
    """The terminal, when a program that has ended still has it: what comes after may want to write."""
    with _terminal() as tty, suppress(OSError):
        if tty is not None and os.tcgetpgrp(tty) == program:
            _handed(tty, os.getpgrp())


def to_front(group: int) -> None:
    """Gives the terminal to `group`, from whichever side it is given; nothing where there is no terminal."""
    with _terminal() as tty, suppress(OSError):
        if tty is not None:
            _handed(tty, group)


def _handed(tty: int, group: int) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        os.tcsetpgrp(tty, group)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTTOU})


@contextmanager
def _terminal() -> Iterator[int | None]:
    try:
        tty = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        yield None
        return
    try:
        yield tty
    finally:
        os.close(tty)


def stop_job(number: int, program: int) -> bool:
    """Stops this whole process group as the program was stopped; returns when it goes on, with the terminal handed on.

    `program` is its process group. False where there was nothing to stop: no terminal, or no shell to wake us again.
    """
    with _terminal() as tty:
        if tty is None:
            return False
        if os.tcgetpgrp(tty) == program:
            _handed(tty, os.getpgrp())
        woken: list[int] = []
        before = signal.signal(signal.SIGCONT, lambda cont, _: woken.append(cont))
        os.kill(0, number)
        signal.signal(signal.SIGCONT, before)
        if os.tcgetpgrp(tty) == os.getpgrp():
            _handed(tty, program)
        # an orphaned group was not stopped; to wake a program that wants to read would only make it stop again
        return number in _FROM_A_PERSON or bool(woken)
