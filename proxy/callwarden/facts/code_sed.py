"""sed: its commands, read one after another, for the few that run something or touch a file of their own.

A sed program is mostly delimiters. Scanned as text, `s|url|url|` names a host and `s/a/b/e` nothing; read, it is the
other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from callwarden.facts.builder import Builder
from callwarden.facts.model import Access

_ADDRESS = re.compile(r"(?:\d+(?:~\d+)?|\$|[+~]\d+)")
_FILES: dict[str, Access] = {"r": "read", "R": "read", "w": "write", "W": "write"}


class Unreadable(ValueError):
    """The text is no sed program as we know them."""


def read(builder: Builder, source: str, command: int) -> bool:
    """Adds the facts of a sed program; false, and nothing added, where it can't be read."""
    try:
        found = list(_Script(source).commands())
    except (Unreadable, IndexError):
        return False
    builder.add_code(
        language="sed",
        imports=[],
        actions=sorted({"process" if letter == "e" else "file" for letter, _ in found}),
        understood=True,
        opaque=[],
        bytes=len(source.encode(errors="replace")),
        command=command,
    )
    for letter, argument in found:
        if letter == "e":
            _run(builder, argument, command)
        elif argument not in {"/dev/stdout", "/dev/stderr", "/dev/stdin"}:
            builder.path(argument, _FILES[letter], command=command)
    return True


def _run(builder: Builder, argument: str, command: int) -> None:
    if argument:
        builder.shell(argument, command)
    else:
        builder.opaque("program", "sed runs what stands in the text", "e", command=command)


class _Script:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def commands(self) -> Iterator[tuple[str, str]]:
        """`e`, `r`, `w` and their like, each with what follows it."""
        while self._skip(" \t\n;}"):
            self._addresses()
            letter = self._next()
            if letter in {"s", "y"}:
                yield from self._substitute(letter)
            elif letter in _FILES or letter == "e":
                yield letter, self._line().strip()
            elif letter in "aic":
                self._text()
            elif letter in "btT:":
                self._until("\n;}")
            elif letter in "#v":
                self._line()
            elif letter not in "{=dDgGhHlnNpPqQxzF":
                raise Unreadable(letter)
            elif letter in "lqQL":
                self._skip(" 0123456789")

    def _addresses(self) -> None:
        for _ in range(2):
            self._skip(" \t")
            found = _ADDRESS.match(self.text, self.at)
            if found:
                self.at = found.end()
            elif self._peek() in {"/", "\\"}:
                self.at += self._peek() == "\\"
                self._delimited(self._next())
                self._skip("IM")
            self._skip(" \t")
            if self._peek() != ",":
                break
            self.at += 1
        self._skip(" \t!")

    def _substitute(self, letter: str) -> Iterator[tuple[str, str]]:
        mark = self._next()
        self._delimited(mark)
        self._delimited(mark)
        while letter == "s" and (flag := self._peek()) and flag in "gpiIemM0123456789w":
            self.at += 1
            if flag == "e":
                yield "e", ""
            if flag == "w":
                yield "w", self._line().strip()

    def _delimited(self, mark: str) -> None:
        """Past the next `mark` that is neither escaped nor in brackets."""
        while (char := self._next()) != mark:
            self.at += char == "\\"
            if char == "[" and (end := re.compile(r"\^?\]?(?:\[:\w+:\]|[^\]\n])*\]").match(self.text, self.at)):
                self.at = end.end()

    def _text(self) -> None:
        """What `a`, `i` and `c` add: to the end of the line, and on where that is escaped."""
        while (line := self._line()) and line.endswith("\\"):
            pass

    def _line(self) -> str:
        return self._until("\n")

    def _until(self, marks: str) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in marks:
            self.at += 1
        found = self.text[start : self.at]
        self.at += self.text[self.at : self.at + 1] == "\n"
        return found

    def _skip(self, chars: str) -> bool:
        """Past any of `chars`; whether anything is left."""
        while self.at < len(self.text) and self.text[self.at] in chars:
            self.at += 1
        return self.at < len(self.text)

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _next(self) -> str:
        self.at += 1
        return self.text[self.at - 1]
