"""`${name…}` over a value that is known: removing, replacing, slicing, changing case."""

from __future__ import annotations

import re
from fnmatch import translate

MAX_STARS = 2  # each multiplies the work of the pattern by the length of the value
MAX_VALUE = 512  # removing by pattern tries every prefix


def changed(value: str, operator: str, argument: str) -> str | None:
    """The value after the operator, or None where we don't undo it."""
    if len(value) > MAX_VALUE or len(argument) > 256:
        return None
    if operator in {"#", "##", "%", "%%"}:
        return _removed(value, argument, operator)
    if operator[0] == "/":
        return _replaced(value, operator, argument)
    if operator == ":":
        return _sliced(value, argument)
    return _cased(value, operator) if operator[0] in "^," and not argument else None


def _cased(value: str, operator: str) -> str:
    head, rest = (value, "") if len(operator) == 2 else (value[:1], value[1:])
    return (head.upper() if operator[0] == "^" else head.lower()) + rest


def _removed(value: str, pattern: str, operator: str) -> str | None:
    if pattern.count("*") > MAX_STARS:
        return None
    match = re.compile(translate(pattern)).match
    sizes = range(len(value) + 1) if len(operator) == 1 else range(len(value), -1, -1)
    for size in sizes:
        if operator[0] == "#" and match(value[:size]):
            return value[size:]
        if operator[0] == "%" and match(value[len(value) - size :]):
            return value[: len(value) - size]
    return value


def _replaced(value: str, operator: str, argument: str) -> str | None:
    pattern, _, new = argument.partition("/")
    if not pattern or re.search(r"[*?\[\\]", pattern):
        return None
    if operator == "/#":
        return new + value[len(pattern) :] if value.startswith(pattern) else value
    if operator == "/%":
        return value[: -len(pattern)] + new if value.endswith(pattern) else value
    return value.replace(pattern, new, -1 if operator == "//" else 1)


def _sliced(value: str, argument: str) -> str | None:
    found = re.fullmatch(r"\s*(-?\d+)\s*(?::\s*(-?\d+)\s*)?", argument)
    if not found:
        return None
    start = int(found[1])
    start = max(len(value) + start, 0) if start < 0 else start
    if found[2] is None:
        return value[start:]
    size = int(found[2])
    return value[start : start + size] if size >= 0 else value[start:size]
