"""Brace expansion: `{a,b}` and `{1..9}`, over a word whose quoted characters are marked."""

from __future__ import annotations

import re

MAX_WORDS = 64  # past this the word is not known; `{1..1000000}` is a way to tire a reader

_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?|([A-Za-z])\.\.([A-Za-z])")
Mark = tuple[str, bool, int, str]  # text, quoted, how sure, as a path


class TooMany(ValueError):
    pass


def expand(marks: list[Mark]) -> list[list[Mark]]:
    """The words that a word with braces stands for. Raises `TooMany`."""
    opening = next((i for i, mark in enumerate(marks) if mark[0] == "{" and not mark[1]), None)
    if opening is None:
        return [marks]
    parts, closing = _parts(marks, opening)
    if not parts:
        head = marks[: opening + 1]
        return [head + rest for rest in expand(marks[opening + 1 :])]
    words = []
    tails = expand(marks[closing + 1 :])
    for part in parts:
        for middle in expand(part):
            for tail in tails:
                words.append(marks[:opening] + middle + tail)
                if len(words) > MAX_WORDS:
                    raise TooMany
    return words


def _parts(marks: list[Mark], opening: int) -> tuple[list[list[Mark]], int]:
    """The alternatives between a brace and its partner, none where it is no expansion."""
    depth, start = 0, opening + 1
    parts: list[list[Mark]] = []
    for place in range(opening, len(marks)):
        text, quoted = marks[place][:2]
        if quoted or text not in {"{", "}", ","}:
            continue
        depth += (text == "{") - (text == "}")
        if (text == "," and depth == 1) or (text == "}" and not depth):
            parts.append(marks[start:place])
            start = place + 1
        if text == "}" and not depth:
            return (parts if len(parts) > 1 else _range(parts[0])), place
    return [], 0


def _range(marks: list[Mark]) -> list[list[Mark]]:
    if any(quoted or sure < 2 for _, quoted, sure, _ in marks):
        return []
    found = _RANGE.fullmatch("".join(mark[0] for mark in marks))
    if not found:
        return []
    first, last, step, start, end = found.groups()
    if start:
        numbers = _steps(ord(start), ord(end), 1)
        return [[(chr(n), False, 2, "")] for n in numbers]
    return [[(str(n), False, 2, "")] for n in _steps(int(first), int(last), abs(int(step or 1)) or 1)]


def _steps(first: int, last: int, step: int) -> list[int]:
    numbers = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    if len(numbers) > MAX_WORDS:
        raise TooMany
    return list(numbers)
