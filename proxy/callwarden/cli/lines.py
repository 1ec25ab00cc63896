"""Calls that arrive one a line: bounded reading, and what to call a line that is not a call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import orjson

from callwarden.call import Call, parse

MAX_LINE = 16 << 20  # bytes: a body of MAX_TEXT characters, every one of them escaped, and room around it


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its call, or why it is none. `id` is its own where that can be read, else the number of the line."""

    id: str | int
    call: Call | None = None
    problem: str = ""


def read(stream: IO[bytes]) -> Iterator[Line]:
    """The calls of a stream in order. Blank lines are no calls, but they are counted."""
    for number, text in enumerate(_bounded(stream), start=1):
        if text is None:
            yield Line(number, problem=f"the line is longer than {MAX_LINE} bytes")
        elif text.strip():
            yield line(text, number)


def line(text: bytes, number: int = 1) -> Line:
    """One text as a call."""
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return Line(number, problem=f"not JSON: {error}")
    id = _own_id(data, number)
    try:
        return Line(id, parse(data))
    except ValueError as error:
        return Line(id, problem=str(error))


def _own_id(data: object, number: int) -> str | int:
    own = data.get("id") if isinstance(data, dict) else None
    readable = isinstance(own, str | int) and not isinstance(own, bool) and own != ""
    return own if readable else number  # type: ignore[return-value]


def _bounded(stream: IO[bytes]) -> Iterator[bytes | None]:
    while text := stream.readline(MAX_LINE + 1):
        if len(text) <= MAX_LINE or text.endswith(b"\n"):
            yield text
            continue
        while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
            pass
        yield None
