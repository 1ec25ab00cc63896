"""Words to values: quoting undone, variables filled in, braces and splitting as bash does them."""

from __future__ import annotations

import re
from collections.abc import Callable

from callwarden.facts.context import Context
from callwarden.facts.shell import braces, ranges
from callwarden.facts.shell.parameters import changed
from callwarden.facts.shell.scope import Scope
from callwarden.facts.shell.syntax import Arithmetic, Parameter, Piece, Substitution, Text, Word
from callwarden.facts.shell.values import KNOWN, TAME, UNKNOWN, Value

_NUMBERS_TEXT = """
    # ? $ ! UID EUID PPID BASHPID RANDOM SECONDS LINENO SHLVL EPOCHSECONDS COLUMNS LINES
"""
NUMBERS = frozenset(_NUMBERS_TEXT.split())
_GLOB = re.compile(r"[*?]|\[[^\]]+\]")
MAX_VALUE = 1 << 17  # characters, as many as a text may have; `x=$x$x` sixty times is a way to fill memory
_BRACE = re.compile(r"([{},])")

Chunk = tuple[str, bool, int, str]  # text, quoted, how sure, as a path
Substitute = Callable[[Substitution], Value]


class Expander:
    """Expands words within a scope. `substitute` reads the commands of a substitution and says what they print."""

    def __init__(self, scope: Scope, context: Context, substitute: Substitute) -> None:
        self.scope = scope
        self.context = context
        self.substitute = substitute

    def words(self, words: list[Word]) -> list[Value]:
        return [value for word in words for value in self.fields(word)]

    def fields(self, word: Word) -> list[Value]:
        """The arguments that a word becomes: none, one or more."""
        if len(word.pieces) == 1 and isinstance(word.pieces[0], Text):
            text = word.pieces[0].text
            if word.pieces[0].quoted or "{" not in text:
                return [Value(text, KNOWN, not word.pieces[0].quoted and bool(_GLOB.search(text)))]
        chunks = [chunk for piece in word.pieces for chunk in self._marked(piece)]
        try:
            expanded = braces.expand(chunks)
        except (braces.TooMany, RecursionError):
            return [Value(word.raw, TAME if all(c[2] for c in chunks) else UNKNOWN, True, "*")]
        return [value for one in expanded for value in self._split(one)]

    def one(self, word: Word) -> Value:
        """The word as an assignment, a redirect or a here-string takes it: never split."""
        return _joined([chunk for piece in word.pieces for chunk in self._piece(piece)])

    def _marked(self, piece: Piece) -> list[Chunk]:
        if isinstance(piece, Text) and not piece.quoted:
            return [(part, False, KNOWN, "") for part in _BRACE.split(piece.text) if part]
        return self._piece(piece)

    def _piece(self, piece: Piece) -> list[Chunk]:
        if isinstance(piece, Text):
            return [(piece.text, piece.quoted, KNOWN, "")]
        if isinstance(piece, Arithmetic):
            self._inside(piece.inner)
            return [(piece.raw, True, TAME, "0")]
        if isinstance(piece, Parameter):
            return self._parameter(piece)
        value = self.substitute(piece)
        if piece.direction:
            return [(piece.raw, True, TAME, "/dev/fd/*")]
        return [_chunk(value, piece.quoted, piece.raw)]

    def _inside(self, word: Word | None) -> Value:
        return Value("") if word is None else self.one(word)

    def _split(self, chunks: list[Chunk]) -> list[Value]:
        """Field splitting: at unquoted blanks that came out of an expansion (marked by a None-like empty path)."""
        fields: list[list[Chunk]] = [[]]
        for chunk in chunks:
            text, quoted, sure, _ = chunk
            if quoted or sure != KNOWN or chunk[3] != "\0":
                fields[-1].append(chunk)
                continue
            pieces = self._separate(text)
            for place, part in enumerate(pieces):
                if place:
                    fields.append([])
                if part:
                    fields[-1].append((part, False, KNOWN, ""))
        return [_joined(one) for one in fields if any(text or quoted for text, quoted, *_ in one)]

    def _separate(self, text: str) -> list[str]:
        marks = self.scope.variables.get("IFS", Value(" \t\n"))
        if not isinstance(marks, Value) or not marks.text:
            return [text]
        return re.split(f"[{re.escape(marks.text)}]+", text)

    # Parameters

    def _parameter(self, piece: Parameter) -> list[Chunk]:
        self._inside(piece.subscript)
        argument = self._inside(piece.argument)
        values = self._values(piece)
        if isinstance(values, list) and piece.quoted and piece.raw.find("*") >= 0:
            values = Value(" ".join(v.text for v in values), min((v.sure for v in values), default=KNOWN))
        if isinstance(values, list):
            chunks: list[Chunk] = []
            for value in values:
                if chunks:
                    chunks.append((" ", False, KNOWN, "\0"))
                chunks.append(_chunk(value, piece.quoted, piece.raw))
            return chunks
        return [_chunk(self._operated(piece, values, argument), piece.quoted, piece.raw)]

    def _values(self, piece: Parameter) -> Value | list[Value] | None:
        name = piece.name
        if piece.prefix == "!":
            pointed = self.scope.variables.get(name)
            if not isinstance(pointed, Value) or not pointed.known or not pointed.text.isidentifier():
                return None
            name = pointed.text
        found = self._variable(name)
        if not isinstance(found, list) or piece.subscript is None:
            return (
                found[0]
                if isinstance(found, list) and found and piece.subscript is None and name not in "@*"
                else found
            )
        index = self.one(piece.subscript).text.strip()
        if index in {"@", "*"}:
            return None if piece.operator else found
        return found[int(index)] if index.isdigit() and int(index) < len(found) else None

    def _variable(self, name: str) -> Value | list[Value] | None:
        scope = self.scope
        name = scope.named(name)
        if name in scope.variables:
            return scope.variables[name]
        if name in NUMBERS:
            return Value(f"${name}", TAME, False, "0")
        if name in {"@", "*"}:
            return scope.positional
        if name.isdigit():
            known = scope.positional if name != "0" else None
            return None if known is None else known[int(name) - 1] if int(name) <= len(known) else Value("")
        if name == "PWD" and scope.cwd and not scope.others:
            return Value(scope.cwd)
        fixed = {"HOME": self.context.home, "TMPDIR": "/tmp", "IFS": " \t\n"}  # noqa: S108  # what the system sets
        return Value(fixed[name]) if name in fixed else None

    def _operated(self, piece: Parameter, value: Value | list[Value] | None, argument: Value) -> Value:
        operator = piece.operator
        unknown = Value(piece.raw, UNKNOWN)
        if piece.prefix == "#":
            return Value(piece.raw, TAME, False, "0")
        if isinstance(value, list):
            return unknown
        kind = operator.removeprefix(":")[:1] if operator != ":" else operator
        if kind in {"-", "=", "?", "+"} and operator[-1] in "-=?+":
            return self._defaulted(piece, value, argument, kind) or unknown
        if value is None or not operator:
            return value or unknown
        return _cut(piece, value, argument) or unknown

    def _defaulted(self, piece: Parameter, value: Value | None, argument: Value, kind: str) -> Value | None:
        if value is None:
            if kind == "=":
                self.scope.variables[piece.name] = None
            return None
        empty = piece.operator.startswith(":") and not value.text
        if kind == "+":
            return Value("") if empty else argument
        if empty and kind == "=":
            self.scope.variables[piece.name] = argument
        return argument if empty else value


def _cut(piece: Parameter, value: Value, argument: Value) -> Value | None:
    """What an operator leaves of a value, or where that lies."""
    if value.sure == TAME and value.path:
        path = ranges.changed(value.path, piece.operator, argument)
        return Value(piece.raw, TAME, True, path) if path else None
    result = changed(value.text, piece.operator, argument.text) if value.known and argument.known else None
    return None if result is None else Value(result)


def _chunk(value: Value, quoted: bool, raw: str) -> Chunk:
    if value.sure == UNKNOWN:
        anchored = re.match(r"[\w./-]+[$`]", value.text)  # what it begins with is known
        return (value.text if anchored else raw, quoted, UNKNOWN, "")
    if value.sure == TAME or value.path:
        return (value.text, quoted, value.sure, value.as_path)
    return (value.text, quoted, KNOWN, "" if quoted else "\0")


def _joined(chunks: list[Chunk]) -> Value:
    if sum(len(chunk[0]) for chunk in chunks) > MAX_VALUE:
        return Value("".join(chunk[0][:100] for chunk in chunks[:10]), UNKNOWN)
    if len(chunks) == 1:
        text, quoted, sure, path = chunks[0]
        return Value(text, sure, not quoted and bool(_GLOB.search(text)), path.strip("\0"))
    text = "".join(chunk[0] for chunk in chunks)
    sure = min((chunk[2] for chunk in chunks), default=KNOWN)
    glob = any(not quoted and sure == KNOWN and _GLOB.search(part) for part, quoted, sure, _ in chunks)
    path = ""
    if any(chunk[3].strip("\0") for chunk in chunks):
        path = "".join(chunk[3].strip("\0") or chunk[0] for chunk in chunks)
    return Value(text, sure, bool(glob), path)
