"""What a shell text is made of, once read: words in pieces, commands, and the structures around them."""

from __future__ import annotations

from dataclasses import dataclass, field


class Unreadable(ValueError):
    """The text can't be read with certainty; the message says why."""


@dataclass(slots=True)
class Text:
    text: str
    quoted: bool = False


@dataclass(slots=True)
class Parameter:
    """`$name` and `${name…}`: `operator` and `argument` are what follows the name."""

    raw: str
    name: str
    quoted: bool = False
    prefix: str = ""
    subscript: Word | None = None
    operator: str = ""
    argument: Word | None = None


@dataclass(slots=True)
class Substitution:
    """`$(…)`, backticks and `<(…)`; `direction` is empty, `<` or `>`."""

    raw: str
    body: list[Pipeline]
    quoted: bool = False
    direction: str = ""


@dataclass(slots=True)
class Arithmetic:
    raw: str
    inner: Word
    quoted: bool = False


Piece = Text | Parameter | Substitution | Arithmetic


@dataclass(slots=True)
class Word:
    pieces: list[Piece]
    raw: str = ""

    @property
    def bare(self) -> str:
        """The text of a word with nothing quoted and nothing to expand: what may be a reserved word. Else empty."""
        text = ""
        for piece in self.pieces:
            if not isinstance(piece, Text) or piece.quoted:
                return ""
            text += piece.text
        return text

    @property
    def literal(self) -> str | None:
        """The text of a word with nothing to expand, its quoting undone."""
        text = ""
        for piece in self.pieces:
            if not isinstance(piece, Text):
                return None
            text += piece.text
        return text


@dataclass(slots=True)
class Assignment:
    name: str
    value: Word
    append: bool = False
    subscript: Word | None = None
    array: list[Word] | None = None


@dataclass(slots=True)
class Redirect:
    """`body` is the heredoc's text, or the here-string."""

    operator: str
    target: Word
    descriptor: str = ""
    body: Word | None = None


@dataclass(slots=True)
class Simple:
    assignments: list[Assignment] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    arrays: list[Assignment] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """`{ …; }`, `( … )`, and the body of `coproc`."""

    body: list[Pipeline]
    subshell: bool = False
    redirects: list[Redirect] = field(default_factory=list)


@dataclass(slots=True)
class Branch:
    """`if` and `case`: the condition always runs, at most one of the bodies does."""

    condition: list[Pipeline]
    bodies: list[list[Pipeline]]
    words: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)


@dataclass(slots=True)
class Loop:
    """`while`, `until`, `for` and `select`; `words` is None for a `for` over the positional parameters."""

    body: list[Pipeline]
    condition: list[Pipeline] = field(default_factory=list)
    name: str = ""
    words: list[Word] | None = None
    redirects: list[Redirect] = field(default_factory=list)


@dataclass(slots=True)
class Function:
    name: str
    body: Command
    redirects: list[Redirect] = field(default_factory=list)


@dataclass(slots=True)
class Test:
    """`[[ … ]]` and `(( … ))`."""

    name: str
    words: list[Word]
    redirects: list[Redirect] = field(default_factory=list)


Command = Simple | Group | Branch | Loop | Function | Test


@dataclass(slots=True)
class Pipeline:
    """Commands joined by `|`. `joint` is what stands before it: empty, `&&` or `||`."""

    stages: list[Command]
    joint: str = ""
    background: bool = False
