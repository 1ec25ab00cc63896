"""awk: commands at the other end of a pipe, which it writes as `print | "cmd"` and `"cmd" | getline`."""

from __future__ import annotations

import re

from callwarden.facts.builder import Builder

_LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"')
_GETLINE = re.compile(r"([\w\]\[$)]+|\x01\d+\x02)\s*\|&?\s*getline\b")
_PRINT = re.compile(r"\bprintf?\b[^;{}\n|]*(?<!\|)\|&?(?!\|)\s*(?!getline\b)(\x01\d+\x02|\w+)?")
_SET = re.compile(r"\b(\w+)\s*=\s*\x01(\d+)\x02\s*(?=[;}\n]|$)")


def read(builder: Builder, source: str, command: int) -> None:
    """Hands each command to the shell reader; one that is put together is not known."""
    literals: list[str] = []

    def kept(found: re.Match[str]) -> str:
        literals.append(found[1])
        return f"\x01{len(literals) - 1}\x02"

    text = _LITERAL.sub(kept, source)
    named = {name: literals[int(place)] for name, place in _SET.findall(text)}
    ends = [*_GETLINE.findall(text), *_PRINT.findall(text)]
    for end in dict.fromkeys(ends):
        literal = literals[int(end[1:-1])] if end.startswith("\x01") else named.get(end)
        if literal is None:
            builder.opaque("program", "awk pipes with a command that can't be known", end, command=command)
        else:
            builder.shell(literal.replace('\\"', '"').replace("\\\\", "\\"), command)
