"""Words by bash's own rules: quotes, escapes, expansions, substitutions. The grammar above them is in `grammar`."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from callwarden.facts.shell.ansi import ansi_c
from callwarden.facts.shell.syntax import (
    Arithmetic,
    Parameter,
    Piece,
    Pipeline,
    Substitution,
    Text,
    Unreadable,
    Word,
)

MAX_NESTING = 40  # substitutions in substitutions; honest scripts reach five, and Python's stack is not endless

_PLAIN = re.compile(r"[^ \t\n;&|<>()$`'\"\\]+")
_BLANK = re.compile(r"(?:[ \t]|\\\n)+")
_IN_DOUBLE = re.compile(r"[^$`\"\\]+")
_IN_HEREDOC = re.compile(r"[^$`\\]+")
_IN_BRACES = re.compile(r"[^$`\"'\\}<>]+")
_IN_ARITHMETIC = re.compile(r"[^$`\"'\\()\[\]]+")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_SPECIAL = re.compile(r"[0-9@*#?$!-]")
_BRACED = re.compile(r"([A-Za-z_]\w*|\d+|[@*#?$!-])", re.ASCII)
_EXTENDED = "?*+@!"


class Words(ABC):
    """A position in a text and the reading of one word from there."""

    def __init__(self, text: str, depth: int = 0) -> None:
        if depth > MAX_NESTING:
            raise Unreadable(f"nested more than {MAX_NESTING} deep")
        self.text = text
        self.at = 0
        self.depth = depth
        self.failed: set[int] = set()  # where arithmetic was tried in vain, so that nesting costs no more than once

    @abstractmethod
    def script(self, *ends: str) -> list[Pipeline]: ...

    @abstractmethod
    def inner(self, text: str) -> Words: ...

    def sees(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def take(self, mark: str) -> bool:
        if self.text.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def blanks(self) -> None:
        found = _BLANK.match(self.text, self.at)
        if found:
            self.at = found.end()

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise Unreadable(f"nested more than {MAX_NESTING} deep")

    def word(self, stop: str = "") -> Word | None:
        """The word that starts here, or None. `stop`: characters that end it too (`]` of a subscript)."""
        start, pieces = self.at, list[Piece]()
        while self.at < len(self.text):
            if not self._piece(pieces, stop):
                break
        if self.at == start:
            return None
        return Word(pieces, self.text[start : self.at])

    def _piece(self, pieces: list[Piece], stop: str) -> bool:
        text, at = self.text, self.at
        char = text[at]
        if stop and char in stop:
            return False
        plain = _PLAIN.match(text, at)
        if plain:
            end = plain.end()
            if stop:
                end = min([end, *(found for s in stop if (found := text.find(s, at, end)) >= 0)])
            self.at = end
            pieces.append(Text(text[at:end]))
            return True
        if char in "<>" and text.startswith("(", at + 1):
            pieces.append(self._process(char))
            return True
        if char == "(" and pieces and self._extends(pieces[-1]):
            self._extended(pieces)
            return True
        if stop and char in " \t;&|<>()":
            self.at += 1
            pieces.append(Text(char))
            return True
        return self._marked(pieces, char)

    def _marked(self, pieces: list[Piece], char: str) -> bool:
        if char == "'":
            pieces.append(Text(self._single(), True))
        elif char == '"':
            self.at += 1
            self._double(pieces)
        elif char == "\\":
            self._escape(pieces)
        elif char == "$":
            self.dollar(pieces, False)
        elif char == "`":
            pieces.append(self._backtick(False))
        else:
            return False
        return True

    @staticmethod
    def _extends(piece: Piece) -> bool:
        return isinstance(piece, Text) and not piece.quoted and piece.text[-1:] in _EXTENDED and piece.text != ""

    def _extended(self, pieces: list[Piece]) -> None:
        """`@(a|b)`: a pattern, with whatever is expanded in it."""
        self.deeper()
        self.at += 1
        pieces.append(Text("("))
        while not self.sees(")"):
            if self.at >= len(self.text):
                raise Unreadable("a pattern that does not end")
            if not self._piece(pieces, ")"):
                pieces.append(Text(self.text[self.at]))
                self.at += 1
        self.at += 1
        pieces.append(Text(")"))
        self.depth -= 1

    def _single(self) -> str:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise Unreadable("a quote that does not end")
        text = self.text[self.at + 1 : end]
        self.at = end + 1
        return text

    def _escape(self, pieces: list[Piece]) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if following != "\n":
            pieces.append(Text(following or "\\", True))

    def _double(self, pieces: list[Piece]) -> None:
        """The rest of a double-quoted piece, after its quote."""
        pieces.append(Text("", True))
        while True:
            if self.at >= len(self.text):
                raise Unreadable("a quote that does not end")
            if self.take('"'):
                return
            self._soft(pieces, _IN_DOUBLE, '$`"\\\n')

    def _soft(self, pieces: list[Piece], plain: re.Pattern[str], escapes: str) -> None:
        """One piece where only `$`, backtick and backslash mean anything."""
        found = plain.match(self.text, self.at)
        char = self.text[self.at]
        if found:
            self.at = found.end()
            pieces.append(Text(found.group(), True))
        elif char == "$":
            self.dollar(pieces, True)
        elif char == "`":
            pieces.append(self._backtick(escapes.find('"') >= 0))
        else:
            following = self.text[self.at + 1 : self.at + 2]
            kept = "" if following == "\n" else following if following and following in escapes else "\\" + following
            pieces.append(Text(kept, True))
            self.at += 2

    def soft_text(self) -> Word:
        """A whole text as an unquoted heredoc's body."""
        pieces = list[Piece]()
        while self.at < len(self.text):
            self._soft(pieces, _IN_HEREDOC, "$`\\\n")
        return Word(pieces, self.text)

    def dollar(self, pieces: list[Piece], quoted: bool) -> None:
        start = self.at
        self.at += 1
        while self.take("\\\n"):
            pass
        text, at = self.text, self.at
        char = text[at : at + 1]
        if char == "(":
            pieces.append(self._parenthesis(start, quoted))
        elif char == "{":
            self.at += 1
            pieces.append(self._braces(start, quoted))
        elif char == "[":
            self.at += 1
            inner = self._arithmetic("]")
            pieces.append(Arithmetic(text[start : self.at], inner, quoted))
        elif char == "'" and not quoted:
            value, self.at = ansi_c(text, at + 1)
            pieces.append(Text(value, True))
        elif char == '"' and not quoted:
            self.at += 1
            self._double(pieces)
        elif found := _NAME.match(text, at) or _SPECIAL.match(text, at):
            self.at = found.end()
            if text.startswith("\\\n", self.at) and found.group()[-1:].isidentifier():
                raise Unreadable("a line continuation inside a name")
            pieces.append(Parameter(text[start : self.at], found.group(), quoted))
        else:
            pieces.append(Text("$", quoted))

    def _parenthesis(self, start: int, quoted: bool) -> Piece:
        """`$((…))` where it closes as arithmetic, else `$(…)`: bash tries in that order."""
        if self.text.startswith("((", self.at) and self.at not in self.failed:
            kept, depth = self.at, self.depth
            self.at += 2
            try:
                inner = self._arithmetic("))")
                return Arithmetic(self.text[start : self.at], inner, quoted)
            except Unreadable:
                self.failed.add(kept)
                self.at, self.depth = kept, depth
        self.at += 1
        self.deeper()
        body = self.script(")")
        self.depth -= 1
        return Substitution(self.text[start : self.at], body, quoted)

    def _process(self, direction: str) -> Substitution:
        start = self.at
        self.at += 2
        self.deeper()
        body = self.script(")")
        self.depth -= 1
        return Substitution(self.text[start : self.at], body, False, direction)

    def _backtick(self, quoted: bool) -> Substitution:
        start = at = self.at
        end = at + 1
        while end < len(self.text) and self.text[end] != "`":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise Unreadable("a backtick that does not end")
        escaped = r"\\([$`\\\"])" if quoted else r"\\([$`\\])"
        inner = self.inner(re.sub(escaped, r"\1", self.text[at + 1 : end]))
        self.at = end + 1
        return Substitution(self.text[start : self.at], inner.script(), quoted)

    def _arithmetic(self, end: str) -> Word:
        """Up to the closing of an arithmetic expression; parentheses inside must balance."""
        pieces, nested = list[Piece](), 0
        self.deeper()
        closes, opens = (")", "(") if end[0] == ")" else ("]", "[")
        while True:
            if self.at >= len(self.text):
                raise Unreadable("an arithmetic expression that does not end")
            char = self.text[self.at]
            if not nested and char == closes:
                if not self.take(end):
                    raise Unreadable("not an arithmetic expression")
                self.depth -= 1
                return Word(pieces)
            nested += (char == opens) - (char == closes)
            if char in "()[]":
                self.at += 1
                pieces.append(Text(char))
            elif found := _IN_ARITHMETIC.match(self.text, self.at):
                self.at = found.end()
                pieces.append(Text(found.group()))
            else:
                self._marked(pieces, char)

    def arithmetic_command(self) -> Word:
        """After `((`."""
        return self._arithmetic("))")

    def _braces(self, start: int, quoted: bool) -> Piece:
        """The rest of `${…}`."""
        self.deeper()
        if self.text[self.at : self.at + 1] in {" ", "\t", "\n", "|"}:
            self.at += 1
            body = self.script("}")
            self.depth -= 1
            return Substitution(self.text[start : self.at], body, quoted)
        piece = self._parameter(start, quoted)
        self.depth -= 1
        return piece

    def _parameter(self, start: int, quoted: bool) -> Parameter:
        prefix = ""
        if re.match(r"[#!][A-Za-z_0-9@*#?$!-]", self.text[self.at : self.at + 2], re.ASCII):
            prefix = self.text[self.at]
            self.at += 1
        found = _BRACED.match(self.text, self.at)
        name = found.group() if found else ""
        self.at += len(name)
        subscript = None
        if name and self.take("["):
            subscript = self._arithmetic("]")
        operator = re.match(r":?[-+=?]|:|##?|%%?|//?[#%]?|\^\^?|,,?|@|\*", self.text[self.at : self.at + 3])
        mark = operator.group() if operator else ""
        self.at += len(mark)
        literal_single = quoted and (not mark or mark[-1] in "-+=?")
        argument = self._until_brace(quoted, literal_single)
        return Parameter(self.text[start : self.at], name, quoted, prefix, subscript, mark, argument)

    def _until_brace(self, quoted: bool, literal_single: bool) -> Word:
        pieces, start = list[Piece](), self.at
        while True:
            if self.at >= len(self.text):
                raise Unreadable("a `${` that does not end")
            char = self.text[self.at]
            if char == "}":
                self.at += 1
                return Word(pieces, self.text[start : self.at - 1])
            if found := _IN_BRACES.match(self.text, self.at):
                self.at = found.end()
                pieces.append(Text(found.group(), quoted))
            elif char in "<>":
                if self.text.startswith("(", self.at + 1) and not quoted:
                    pieces.append(self._process(char))
                else:
                    self.at += 1
                    pieces.append(Text(char, quoted))
            elif char == "'" and literal_single:
                self.at += 1
                pieces.append(Text("'", True))
            elif char == "$":
                self.dollar(pieces, quoted)
            elif char == "`":
                pieces.append(self._backtick(quoted))
            else:
                self._marked(pieces, char)
