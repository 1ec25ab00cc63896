"""Asks a person on the gate's own terminal: what will run, which rule stopped it, and why.

The agent may share this terminal, so three things keep it from answering. What was typed before the question is thrown
away. While a question is open the gate's process group holds the terminal, so that nobody else reads from it. And where
the kernel lets a program type into its own terminal (TIOCSTI), a yes takes a number that is drawn for each question:
what shares a terminal can write to it but not read what stands on it.
"""

from __future__ import annotations

import os
import secrets
import select
import signal
import termios
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from callwarden import config
from callwarden.approval import Answer, Choice, Question
from callwarden.approval.show import safe

TTY = "/dev/tty"
TIOCSTI_SWITCH = Path("/proc/sys/dev/tty/legacy_tiocsti")  # Linux 6.2 and later; 0 means that nobody can type for us
CHOICES: dict[str, Choice] = {"d": "deny", "n": "deny", "o": "once", "s": "session"}
NO_TERMINAL = "run in a terminal to be asked, or add what it needs to the policy data; the agent may do neither"


class Terminal:
    """One question at a time; the others wait their turn, and their time runs meanwhile."""

    def __init__(
        self, path: str = TTY, *, patience: float = config.ASK.default, challenge: bool | None = None, by: str = ""
    ) -> None:
        self.waits: Mapping[str, float] = dict.fromkeys(config.WAITS, patience)
        self._path = path
        self._patience = patience
        self._challenge = typing_possible() if challenge is None else challenge
        self._by = by or config.person()
        self._turn = threading.Lock()
        self._closed, self._wake = os.pipe()
        self._closing = False

    def ask(self, question: Question, *, timeout: float) -> Answer:
        patience = min(timeout, self._patience)
        until = time.monotonic() + patience
        if not self._turn.acquire(timeout=patience):
            return Answer(None, why="other questions took all the time it had")
        try:
            if self._closing:
                return Answer(None, why="callwarden is closing")
            return self._put(question, until)
        except (OSError, termios.error):
            return Answer(None, why="there is no terminal to ask on", help=NO_TERMINAL)
        finally:
            self._turn.release()

    def close(self) -> None:
        """Ends the open question and those that wait: nobody answered."""
        self._closing = True
        os.write(self._wake, b"x")

    def _put(self, question: Question, until: float) -> Answer:
        code = f" {secrets.randbelow(900) + 100}" if self._challenge else ""
        tty = os.open(self._path, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            with _held(tty):
                _say(tty, _asked(question, code, until - time.monotonic()))
                answer = self._heard(tty, code, until)
                _say(tty, f"  callwarden: {_outcome(answer)}\n")
                return answer
        finally:
            os.close(tty)

    def _heard(self, tty: int, code: str, until: float) -> Answer:
        """Lines until one of them is an answer."""
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([tty, self._closed], [], [], left)
            if self._closed in ready:
                return Answer(None, why="callwarden is closing")
            if not ready:
                break
            line = os.read(tty, 4096)
            if not line:
                return Answer(None, why="the terminal was closed")
            if choice := _choice(line.decode(errors="replace"), code):
                return Answer(choice, by=self._by)
            _say(tty, f"  d, or o{code}, or s{code} > ")
        return Answer(None, why="nobody answered in time", help="answer at the terminal while the question is open")


def typing_possible() -> bool:
    """Whether a program can push characters into its own terminal's input here."""
    try:
        return TIOCSTI_SWITCH.read_text().strip() != "0"
    except OSError:
        return True  # a kernel without the switch always lets it


def _choice(line: str, code: str) -> Choice | None:
    """A no takes the letter alone, a yes its letter and the code."""
    words = line.strip().lower()
    letter, rest = words[:1], words[1:].strip()
    choice = CHOICES.get(letter)
    return choice if choice and rest == ("" if choice == "deny" else code.strip()) else None


def _asked(question: Question, code: str, seconds: float) -> str:
    lines = [
        "",
        f"callwarden: may this run? ({question.door} door, {question.kind}, session {question.session})",
        *(f"  │ {line}" for line in safe(question.text)),
        f"  rule {question.rule}: {_one(question.reason)}",
        *([f"  {_one(question.help)}"] if question.help else []),
        f"  d no · o{code} yes, once · s{code} yes, this exact call for the session · no answer in {seconds:.0f} s: no",
        "  > ",
    ]
    return "\n".join(lines)


def _one(text: str) -> str:
    return " ".join(safe(text, 600))


def _outcome(answer: Answer) -> str:
    said = {"deny": "refused", "once": "allowed once", "session": "allowed for the session", None: f"no: {answer.why}"}
    return said[answer.choice]


def _say(tty: int, text: str) -> None:
    data = text.encode("utf-8", "backslashreplace")
    while data:
        data = data[os.write(tty, data) :]


@contextmanager
def _held(tty: int) -> Iterator[None]:
    """The terminal for ourselves: in the foreground, line by line with echo, its typed-ahead input gone.

    Everything is put back afterwards. SIGTTOU is blocked in this thread, or putting it back would stop us.
    """
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        owner = _foreground(tty, os.getpgrp())
        _restart_reads(owner)
        settings = termios.tcgetattr(tty)
        try:
            termios.tcsetattr(tty, termios.TCSAFLUSH, _lines(settings))
            yield
        finally:
            termios.tcsetattr(tty, termios.TCSAFLUSH, settings)
            if owner:
                _foreground(tty, owner)
                _wake(owner)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, masked)


def _restart_reads(group: int) -> None:
    """A read that was already waiting would take the answer: the kernel checks who may read only as a read begins."""
    if group not in (0, os.getpgrp()):
        with suppress(OSError):
            os.killpg(group, signal.SIGSTOP)
            os.killpg(group, signal.SIGCONT)


def _wake(group: int) -> None:
    """Whoever tried to read meanwhile was stopped by the kernel (SIGTTIN), and nobody else would wake it."""
    if group != os.getpgrp():
        with suppress(OSError):
            os.killpg(group, signal.SIGCONT)


def _foreground(tty: int, group: int) -> int:
    """Makes a process group the one that reads from the terminal; returns which was, 0 where that can't be told."""
    try:
        owner = os.tcgetpgrp(tty)
        if owner != group:
            os.tcsetpgrp(tty, group)
    except OSError:
        return 0  # not our session's terminal, so nobody competes for it by job control
    return owner


def _lines(settings: list[Any]) -> list[Any]:
    """Settings under which a line is read when it is ended, and what is typed is seen."""
    inputs, outputs, control, local, *rest = settings
    inputs |= termios.ICRNL
    outputs |= termios.OPOST | termios.ONLCR
    local |= termios.ICANON | termios.ECHO | termios.ISIG
    return [inputs, outputs, control, local, *rest]
