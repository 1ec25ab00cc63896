"""Who may read from the terminal: the program is in a process group of its own, so the foreground is handed over."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def in_front() -> bool:
    """Whether this process's group has the terminal."""
    with _terminal() as tty:
        return tty is not None and os.tcgetpgrp(tty) == os.getpgrp()


def to_front(group: int) -> None:
    """Gives the terminal to `group`, from whichever side it is given; nothing where there is no terminal."""
    with _terminal() as tty, suppress(OSError):
        if tty is not None:
            _handed(tty, group)


@contextmanager
def borrowed() -> Iterator[None]:
    """Takes the terminal, to ask a person something, and gives it back to whoever had it."""
    with _terminal() as tty:
        owner = os.tcgetpgrp(tty) if tty is not None else os.getpgrp()
        if tty is None or owner == os.getpgrp():
            yield
            return
        _handed(tty, os.getpgrp())
        try:
            yield
        finally:
            with suppress(OSError):
                _handed(tty, owner)
                os.killpg(owner, signal.SIGCONT)  # it may have stopped for reading meanwhile


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


def stop_job() -> None:
    """Takes the terminal from the program, stops this whole process group, and gives it back when it goes on."""
    with _terminal() as tty:
        if tty is None:
            return
        owner = os.tcgetpgrp(tty)
        with suppress(OSError):
            _handed(tty, os.getpgrp())
        os.kill(0, signal.SIGTSTP)
        with suppress(OSError):
            _handed(tty, owner)
