"""The line on the standard error of a refused process: always one line, never waiting."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from callwarden.sandbox import libc, refusal


def sleeper(stderr: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "20"], stderr=stderr)


def told(stderr: Any, text: bytes = b"line\n") -> float:
    """Tells a process with this standard error; returns how long it took."""
    process = sleeper(stderr)
    start = time.monotonic()
    refusal.tell(process.pid, text)
    took = time.monotonic() - start
    process.kill()
    process.wait()
    return took


def test_a_line_has_no_control_characters_and_an_end() -> None:
    text = refusal.line("a\x1b[2Jb", "r.x", "two\nlines\x07" + "y" * 5000, "help")
    assert text.startswith(b"callwarden: refused a?[2Jb: r.x: two lines?y")
    assert (len(text), text.count(b"\n"), text[-1:]) == (refusal.MAX_LINE, 1, b"\n")


def test_it_reaches_files_at_their_end_pipes_and_sockets(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(b"before\n")
    with file.open("ab") as opened:
        told(opened)
    assert file.read_bytes() == b"before\nline\n"
    read, write = os.pipe()
    told(write)
    assert os.read(read, 99) == b"line\n"
    ours, theirs = socket.socketpair()
    with ours, theirs:
        told(theirs)
        assert ours.recv(99) == b"line\n"
    os.close(read)
    os.close(write)


def test_nobody_waits_for_a_full_pipe_and_its_flags_stay() -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    with suppress(BlockingIOError):
        while os.write(write, b"x" * 4096):
            pass
    os.set_blocking(write, True)
    assert told(write) < 1
    assert os.get_blocking(write)
    os.close(read)
    os.close(write)


def test_where_descriptors_can_not_be_taken_the_file_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(name: str, *_: Any) -> int:
        raise PermissionError(name)

    monkeypatch.setattr(libc, "syscall", forbidden)
    file = tmp_path / "log"
    file.write_bytes(b"before\n")
    with file.open("ab") as opened:
        told(opened)
    assert file.read_bytes() == b"before\nline\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"finding": {"rule": "a.b", "reason": "r", "help": "h"}}, ("a.b", "r", "h")),
        ({"decision": {"findings": [{"rule": "c.d", "reason": "r"}]}}, ("c.d", "r", "")),
        ({"error": "no such session"}, ("gate.refused", "no such session", "")),
        ({}, ("gate.refused", "the gate refused it", "")),
    ],
)
def test_what_is_shown_of_an_answer(answer: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert refusal.leading(answer) == expected
