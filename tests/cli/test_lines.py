"""Lines that are calls, lines that are not, and what each is called in the answer."""

from __future__ import annotations

import io

import pytest

from callwarden.cli import lines

GOOD = b'{"id": "c1", "kind": "shell", "command": "ls"}'


def test_a_call_is_read_with_its_own_id() -> None:
    (line,) = lines.read(io.BytesIO(GOOD))
    assert line.id == "c1"
    assert line.call is not None
    assert line.call.kind == "shell"


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (b"{", 1),
        (b"\xff\xfe", 1),
        (b"[]", 1),
        (b'"ls"', 1),
        (b"null", 1),
        (b"{}", 1),
        (b'{"id": null, "kind": "shell", "command": "ls"}', 1),
        (b'{"id": true, "kind": "shell", "command": "ls"}', 1),
        (b'{"id": {}, "kind": "shell", "command": "ls"}', 1),
        (b'{"id": "", "kind": "shell", "command": "ls"}', 1),
        (b'{"id": 7, "kind": "shell", "command": "ls"}', 7),
        (b'{"id": "c9"}', "c9"),
        (b'{"id": "c9", "kind": "teleport"}', "c9"),
        (b'{"id": "c9", "kind": "shell"}', "c9"),
        (b'{"id": "c9", "kind": "shell", "command": 5}', "c9"),
        (b'{"id": "c9", "kind": "shell", "command": "ls", "sudo": true}', "c9"),
        (b'{"id": "not one word", "kind": "shell", "command": "ls"}', "not one word"),
    ],
)
def test_what_is_no_call_keeps_its_id_or_gets_its_line_number(text: bytes, id: str | int) -> None:
    (line,) = lines.read(io.BytesIO(text))
    assert line.call is None
    assert line.id == id
    assert line.problem


def test_the_lines_after_a_bad_one_are_read() -> None:
    found = list(lines.read(io.BytesIO(b"{\n" + GOOD + b"\n")))
    assert [line.call is None for line in found] == [True, False]


def test_blank_lines_are_no_calls_but_are_counted() -> None:
    found = list(lines.read(io.BytesIO(b"\n  \n{\n")))
    assert [line.id for line in found] == [3]


def test_a_line_that_is_too_long_is_refused_without_being_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 64)
    found = list(lines.read(io.BytesIO(b"x" * 1000 + b"\n" + GOOD + b"\n")))
    assert [line.call is None for line in found] == [True, False]
    assert "longer" in found[0].problem


def test_a_problem_never_repeats_what_was_in_the_line() -> None:
    (line,) = lines.read(io.BytesIO(b'{"id": "c1", "kind": "shell", "command": 12345678}'))
    assert "12345678" not in line.problem
