"""With a real pseudo-terminal: the test sits at the one end, the gate asks at the other."""

import os
import pty
import re
import select
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from callwarden.approval import Answer, Question
from callwarden.approval.terminal import Terminal

QUESTION = Question("t1", "s", "process", "exec", "git push origin main", "shell.remote", "it writes afar", "hint")


class Seat:
    """The person's end of a terminal."""

    def __init__(self) -> None:
        self.person, self.gate = pty.openpty()
        self.path = os.ttyname(self.gate)
        self.seen = ""

    def type(self, text: str) -> None:
        os.write(self.person, text.encode())

    def until(self, text: str, seconds: float = 10) -> str:
        end = time.monotonic() + seconds
        while text not in self.seen and time.monotonic() < end:
            if select.select([self.person], [], [], 0.1)[0]:
                self.seen += os.read(self.person, 65536).decode()
        assert text in self.seen, self.seen
        before, found, self.seen = self.seen.partition(text)
        return before + found

    def close(self) -> None:
        os.close(self.person)
        os.close(self.gate)


class Asking(threading.Thread):
    def __init__(self, terminal: Terminal, question: Question = QUESTION, timeout: float = 10) -> None:
        super().__init__(daemon=True)
        self._terminal, self._question, self._timeout = terminal, question, timeout
        self._answers: list[Answer] = []
        self.start()

    def run(self) -> None:
        self._answers.append(self._terminal.ask(self._question, timeout=self._timeout))

    @property
    def answer(self) -> Answer:
        self.join(10)
        return self._answers[0]


@pytest.fixture
def seat() -> Iterator[Seat]:
    seat = Seat()
    yield seat
    seat.close()


def plain(seat: Seat, patience: float = 60) -> Terminal:
    return Terminal(seat.path, challenge=False, by="alex", patience=patience)


def test_the_person_sees_what_will_run_and_why_it_was_stopped(seat: Seat) -> None:
    asking = Asking(plain(seat))
    shown = seat.until("> ")
    for text in ("git push origin main", "shell.remote", "it writes afar", "hint", "process door", "session s"):
        assert text in shown
    seat.type("d\n")
    assert asking.answer == Answer("deny", by="alex")
    assert "refused" in seat.until("refused")


@pytest.mark.parametrize(("typed", "choice"), [("d", "deny"), ("o", "once"), ("s", "session"), (" O ", "once")])
def test_a_letter_answers(seat: Seat, typed: str, choice: str) -> None:
    asking = Asking(plain(seat))
    seat.until("> ")
    seat.type(typed + "\n")
    assert asking.answer.choice == choice


@pytest.mark.parametrize("typed", ["", "y", "yes", "ok", "once", "o o"])
def test_anything_else_is_asked_again_and_never_a_yes(seat: Seat, typed: str) -> None:
    asking = Asking(plain(seat))
    seat.until("> ")
    seat.type(typed + "\n")
    seat.until("d, or o")
    seat.type("d\n")
    assert asking.answer.choice == "deny"


def test_no_answer_in_time_is_none(seat: Seat) -> None:
    asking = Asking(plain(seat), timeout=0.2)
    assert asking.answer.choice is None
    assert "nobody answered in time" in seat.until("nobody answered in time")


def test_the_terminal_has_a_patience_of_its_own(seat: Seat) -> None:
    assert Asking(plain(seat, patience=0.2), timeout=300).answer.choice is None


def test_what_was_typed_before_the_question_is_no_answer(seat: Seat) -> None:
    seat.type("o\n")
    assert select.select([seat.gate], [], [], 10)[0], "what is typed takes its time to the other end"
    asking = Asking(plain(seat), timeout=0.5)
    assert asking.answer.choice is None


def test_where_a_program_can_type_for_the_person_a_yes_takes_the_number_shown(seat: Seat) -> None:
    asking = Asking(Terminal(seat.path, challenge=True, by="alex"))
    (number,) = set(re.findall(r"[os] (\d{3}) yes", seat.until("> ")))
    seat.type("o\n")
    seat.until("d, or o")
    seat.type(f"s {int(number) % 900 + 100}\n")
    seat.until("d, or o")
    seat.type(f"s {number}\n")
    assert asking.answer.choice == "session"


def test_where_a_program_can_type_for_the_person_a_no_takes_the_letter_alone(seat: Seat) -> None:
    asking = Asking(Terminal(seat.path, challenge=True))
    seat.until("> ")
    seat.type("d\n")
    assert asking.answer.choice == "deny"


def test_questions_queue_and_each_gets_its_own_answer(seat: Seat) -> None:
    terminal = plain(seat)
    askings = [Asking(terminal, replace(QUESTION, text=f"call number {n}")) for n in range(3)]
    for _ in askings:
        number = int(seat.until("> ").split("call number ")[1][0])
        seat.type("o\n" if number == 1 else "d\n")
        seat.until("callwarden: allowed" if number == 1 else "callwarden: refused")
    assert [asking.answer.choice for asking in askings] == ["deny", "once", "deny"]


def test_a_question_whose_turn_never_comes_is_not_answered(seat: Seat) -> None:
    terminal = plain(seat)
    first = Asking(terminal)
    seat.until("> ")
    assert Asking(terminal, timeout=0.1).answer == Answer(None, why="other questions took all the time it had")
    seat.type("d\n")
    assert first.answer.choice == "deny"


def test_closing_ends_the_open_question_and_those_that_wait(seat: Seat) -> None:
    terminal = plain(seat)
    askings = [Asking(terminal), Asking(terminal)]
    seat.until("> ")
    terminal.close()
    assert [asking.answer.choice for asking in askings] == [None, None]
    assert terminal.ask(QUESTION, timeout=5).choice is None


def test_what_would_make_the_screen_lie_stands_escaped(seat: Seat) -> None:
    evil = "ls\x1b[2K\rrm \u202egpj.exe\u200b\nsecond\ttab"
    asking = Asking(plain(seat), replace(QUESTION, text=evil, reason="\x1b]0;title\x07"))
    shown = seat.until("> ")
    assert r"ls\u{1b}[2K\u{d}rm \u{202e}gpj.exe\u{200b}" in shown
    assert r"│ second\u{9}tab" in shown
    assert not set("\x1b\x07\u202e\u200b") & set(shown)
    seat.type("d\n")
    assert asking.answer.choice == "deny"


def test_the_terminal_is_put_back_as_it_was(seat: Seat) -> None:
    raw = termios.tcgetattr(seat.gate)
    raw[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(seat.gate, termios.TCSANOW, raw)
    asking = Asking(plain(seat))
    seat.until("> ")
    seat.type("o\n")
    assert asking.answer.choice == "once"
    assert termios.tcgetattr(seat.gate)[3] == raw[3]


def test_without_a_terminal_the_answer_is_none_and_says_how_to_get_one() -> None:
    answer = Terminal("/nonexistent/tty").ask(QUESTION, timeout=1)
    assert (answer.choice, answer.why) == (None, "there is no terminal to ask on")
    assert "run in a terminal" in answer.help
    assert Terminal(os.devnull).ask(QUESTION, timeout=1).choice is None


BACKGROUND = """
import fcntl, os, signal, sys, termios
from callwarden.approval import Question
from callwarden.approval.terminal import Terminal

os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
reader, writer = os.pipe()
agent = os.fork()
if agent == 0:
    os.setpgid(0, 0)
    os.write(writer, b"x")
    signal.pause()
os.read(reader, 1)
tty = os.open("/dev/tty", os.O_RDWR)
os.tcsetpgrp(tty, agent)
answer = Terminal(challenge=False).ask(Question("t", "s", "tool", "shell", "ls", "a.b", "why"), timeout=10)
print("chose", answer.choice, "given back", os.tcgetpgrp(tty) == agent, flush=True)
os.kill(agent, signal.SIGKILL)
"""


def test_a_gate_in_the_background_takes_the_terminal_to_ask_and_gives_it_back(seat: Seat) -> None:
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", BACKGROUND]
    with subprocess.Popen(command, stdin=seat.gate, stdout=seat.gate, stderr=seat.gate, env=environment) as child:
        seat.until("> ")
        seat.type("o\n")
        assert "chose once given back True" in seat.until("given back True")
        child.wait(10)
