"""The grammar of commands by bash's own rules: lists, pipelines, compound commands, redirects, heredocs."""

from __future__ import annotations

import re
from collections.abc import Callable

from callwarden.facts.shell.syntax import (
    Assignment,
    Branch,
    Command,
    Function,
    Group,
    Loop,
    Piece,
    Pipeline,
    Redirect,
    Simple,
    Test,
    Text,
    Unreadable,
    Word,
)
from callwarden.facts.shell.words import Words

MAX_COMMANDS = 3000  # a 64 KiB script has some hundreds
RESERVED = {"then", "else", "elif", "fi", "do", "done", "esac", "}"}
DECLARERS = {"declare", "typeset", "local", "export", "readonly", "eval", "alias", "let"}

_J = r"(?:\\\n)*"
_REDIRECT = re.compile(
    rf"(\d+|\{{[A-Za-z_]\w*\}})?(<{_J}<{_J}<|<{_J}<{_J}-|<{_J}<|<{_J}>|<{_J}&|>{_J}&|>{_J}>|>{_J}\||<|>)"
    rf"|(&{_J}>{_J}>|&{_J}>)",
    re.ASCII,
)
_SEPARATOR = re.compile(rf"&{_J}&|\|{_J}\||;{_J};{_J}&|;{_J};|;{_J}&|\|{_J}&|[;&|\n]")
_ASSIGN = re.compile(r"([A-Za-z_]\w*)(\+?=)", re.ASCII)
_INDEXED = re.compile(r"[A-Za-z_]\w*\[", re.ASCII)
_FUNCTION = re.compile(r"(?:[ \t]|\\\n)*\((?:[ \t]|\\\n)*\)")
_COMMENT = re.compile(r"#[^\n]*")


class Grammar(Words):
    """Reads a text to its end, or raises `Unreadable`. `first` lists the first word of each simple command."""

    def __init__(self, text: str, depth: int = 0, first: list[str] | None = None) -> None:
        super().__init__(text, depth)
        self.first: list[str] = [] if first is None else first
        self._heredocs: list[tuple[Redirect, str, bool, bool]] = []

    def inner(self, text: str) -> Grammar:
        return Grammar(text, self.depth + 1, self.first)

    # Lists

    def script(self, *ends: str) -> list[Pipeline]:
        """Up to one of `ends` (which is consumed), or to the end of the text where there is none."""
        pending, self._heredocs = self._heredocs, []
        found, _ = self._list(ends)
        if self._heredocs:
            if ends:
                raise Unreadable("a heredoc without a body")
            self._heredocs = []
        self._heredocs = pending
        return found

    def _list(self, ends: tuple[str, ...]) -> tuple[list[Pipeline], str]:
        found: list[Pipeline] = []
        joint = ""
        while True:
            self.newlines()
            end = self._ended(ends)
            if end is not None:
                return found, end
            start = self.at
            pipeline = self._pipeline()
            if self.at == start:
                raise Unreadable(f"`{self.text[start]}` where a command starts")
            pipeline.joint = joint
            found.append(pipeline)
            joint = self._separator(pipeline, ends)

    def _ended(self, ends: tuple[str, ...]) -> str | None:
        if self.at >= len(self.text):
            if ends:
                raise Unreadable(f"the text ends where {' or '.join(ends)} is expected")
            return ""
        for end in ends:
            if end == ")":
                if self.take(end):
                    return end
            elif end.startswith(";"):
                mark = _SEPARATOR.match(self.text, self.at)
                if mark and mark.group().replace("\\\n", "") == end:
                    self.at = mark.end()
                    return end
            elif self._reserved(end):
                return end
        return None

    def _separator(self, pipeline: Pipeline, ends: tuple[str, ...]) -> str:
        self.blanks()
        mark = _SEPARATOR.match(self.text, self.at)
        if not mark:
            if self.at < len(self.text) and not (self.sees(")") and ")" in ends):
                self._comment_or_end(ends)
            return ""
        name = mark.group().replace("\\\n", "")
        if name.startswith(";;") or name == ";&":
            if not any(end.startswith(";") for end in ends):
                raise Unreadable(f"`{name}` outside of case")
            return ""
        self.at = mark.end()
        if name == "\n":
            self.at -= 1
            self.newlines()
            return ""
        pipeline.background = name == "&"
        return name if name in {"&&", "||"} else ""

    def _comment_or_end(self, ends: tuple[str, ...]) -> None:
        if not _COMMENT.match(self.text, self.at) and not any(self._peek(end) for end in ends):
            raise Unreadable(f"`{self.text[self.at]}` where a command ends")

    def newlines(self) -> None:
        """Blanks, comments and line ends; heredoc bodies begin at a line's end."""
        while True:
            self.blanks()
            comment = _COMMENT.match(self.text, self.at)
            if comment:
                self.at = comment.end()
            if not self.take("\n"):
                return
            self._bodies()

    def _peek(self, name: str) -> bool:
        at = self.at
        found = self._reserved(name)
        self.at = at
        return found

    def _reserved(self, name: str) -> bool:
        """Consumes a reserved word that stands here as a whole word."""
        at = self.at
        if self.text[at : at + 1] not in {name[0], "\\"}:
            return False
        if name in {"{", "}", "!"} or name.isalpha():
            self.blanks()
        if self.text.startswith(name, self.at) and self._word_ends(self.at + len(name)):
            self.at += len(name)
            return True
        if self.text.find("\\\n", at, at + 3 * len(name)) >= 0:
            word = self.word()
            if word and word.bare == name:
                return True
        self.at = at
        return False

    def _word_ends(self, at: int) -> bool:
        return at >= len(self.text) or self.text[at] in " \t\n;&|<>()"

    # Pipelines

    def _pipeline(self) -> Pipeline:
        while True:
            self.blanks()
            if self._reserved("!"):
                if self.sees("("):
                    break
            elif self._reserved("time"):
                self.blanks()
                self._reserved("-p")
                self.blanks()
                self._reserved("--")
            else:
                break
        stages: list[Command] = []
        self.blanks()
        if self.at >= len(self.text) or self.text[self.at] in "\n;)" or (self.sees("&") and not self.sees("&>")):
            return Pipeline(stages)
        while True:
            stages.append(self._command())
            self.blanks()
            mark = _SEPARATOR.match(self.text, self.at)
            if not mark or mark.group().replace("\\\n", "") not in {"|", "|&"}:
                return Pipeline(stages)
            self.at = mark.end()
            self.newlines()
            while self._reserved("!"):
                self.blanks()

    def _command(self) -> Command:
        self.deeper()
        try:
            self.blanks()
            found = self._compound()
            if found is None:
                return self._simple()
            if not isinstance(found, Function):
                self._redirects(found.redirects)
            return found
        finally:
            self.depth -= 1

    def _compound(self) -> Command | None:
        if self.sees("((") and self.at not in self.failed:
            kept, depth, heredocs = self.at, self.depth, list(self._heredocs)
            self.at += 2
            try:
                return Test("((", [self.arithmetic_command()])
            except Unreadable:
                self.failed.add(kept)
                self.at, self.depth, self._heredocs = kept, depth, heredocs
        if self.take("("):
            return Group(self.script(")"), True)
        readers: dict[str, Callable[[], Command]] = {
            "{": lambda: Group(self._list(("}",))[0]),
            "if": self._if,
            "while": self._while,
            "until": self._while,
            "for": self._for,
            "select": self._for,
            "case": self._case,
            "function": self._named_function,
            "[[": self._test,
            "coproc": self._coproc,
        }
        for name, reader in readers.items():
            if self.text[self.at : self.at + 1] in {name[0], "\\"} and self._reserved(name):
                return reader()
        return None

    def _if(self) -> Branch:
        condition, _ = self._list(("then",))
        bodies: list[list[Pipeline]] = []
        while True:
            body, end = self._list(("elif", "else", "fi"))
            bodies.append(body)
            if end == "elif":
                more, _ = self._list(("then",))
                condition = condition + more
            elif end == "else":
                bodies.append(self._list(("fi",))[0])
                return Branch(condition, bodies)
            else:
                return Branch(condition, bodies)

    def _while(self) -> Loop:
        condition, _ = self._list(("do",))
        return Loop(self._list(("done",))[0], condition)

    def _for(self) -> Loop:
        self.blanks()
        if self.take("(("):
            words: list[Word] | None = [self.arithmetic_command()]
            return Loop(self._for_body(), words=words)
        name = self.word()
        if name is None:
            raise Unreadable("`for` without a name")
        self.newlines()
        words = None
        if self._reserved("in"):
            words = self._words()
        return Loop(self._for_body(), name=name.raw, words=words)

    def _for_body(self) -> list[Pipeline]:
        self.blanks()
        if self.take(";"):
            pass
        self.newlines()
        if self._reserved("{"):
            return self._list(("}",))[0]
        if not self._reserved("do"):
            raise Unreadable("a loop without `do`")
        return self._list(("done",))[0]

    def _words(self) -> list[Word]:
        found: list[Word] = []
        while True:
            self.blanks()
            if self.sees("#"):
                return found
            word = self.word()
            if word is None:
                return found
            found.append(word)

    def _case(self) -> Branch:
        self.newlines()
        subject = self.word()
        self.newlines()
        if subject is None or not self._reserved("in"):
            raise Unreadable("`case` without `in`")
        branch = Branch([], [], [subject])
        while True:
            self.newlines()
            if self._reserved("esac"):
                return branch
            if self.at >= len(self.text):
                raise Unreadable("a `case` that does not end")
            self._patterns(branch)
            body, end = self._list((";;&", ";;", ";&", "esac"))
            branch.bodies.append(body)
            if end == "esac":
                return branch

    def _patterns(self, branch: Branch) -> None:
        self.take("(")
        while True:
            self.blanks()
            pattern = self.word()
            self.blanks()
            if pattern is not None:
                branch.words.append(pattern)
            if self.take(")"):
                return
            if not self.take("|"):
                raise Unreadable("a `case` pattern that does not end")

    def _named_function(self) -> Function:
        self.blanks()
        name = self.word()
        if name is None:
            raise Unreadable("a function without a name")
        parentheses = _FUNCTION.match(self.text, self.at)
        if parentheses:
            self.at = parentheses.end()
        return self._function(name)

    def _function(self, name: Word) -> Function:
        self.newlines()
        self.blanks()
        return Function(name.literal or name.raw, self._command())

    def _coproc(self) -> Command:
        self.blanks()
        at = self.at
        name = self.word()
        if name is not None and name.bare.isidentifier():
            self.blanks()
            compound = self._compound()
            if compound is not None:
                self._redirects(compound.redirects)
                return Group([Pipeline([compound], background=True)], True)
        self.at = at
        return Group([Pipeline([self._command()], background=True)], True)

    def _test(self) -> Test:
        """`[[ … ]]`: operators are consumed, words kept; after `=~` parentheses and bars belong to the word."""
        words: list[Word] = []
        pattern = False
        while True:
            self.newlines()
            if self._reserved("]]"):
                return Test("[[", words)
            if self.at >= len(self.text):
                raise Unreadable("a `[[` that does not end")
            word = self._pattern() if pattern else None if self.text[self.at] in "()&|<>;" else self.word()
            if word is None:
                self.at += 1
                pattern = False
                continue
            pattern = word.bare == "=~"
            words.append(word)

    def _pattern(self) -> Word | None:
        pieces: list[Piece] = []
        start, nested = self.at, 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in " \t\n" and not nested:
                break
            if char == ")" and not nested:
                break
            nested += (char == "(") - (char == ")")
            if char in "()|&;<> \t\n":
                self.at += 1
                pieces.append(Text(char))
            elif not self._piece(pieces, "()" if nested else ""):
                break
        return Word(pieces, self.text[start : self.at]) if self.at > start else None

    # Simple commands

    def _simple(self) -> Command:
        command = Simple()
        start = self.at
        while True:
            self.blanks()
            if self._redirect(command.redirects) or (not command.words and self._assignment(command.assignments)):
                continue
            if self.at > start and self.sees("#") and self.text[self.at - 1] in " \t\n":
                break
            at = self.at
            word = self.word()
            if word is None:
                break
            if not command.words:
                function = self._defines(word, command)
                if function:
                    return function
                self._first(word, command)
            elif self.sees("(") and command.words[0].bare in DECLARERS and _ASSIGN.match(word.raw):
                self._declared(command, word, at)
                continue
            command.words.append(word)
        if not (command.words or command.assignments or command.redirects):
            raise Unreadable("a command is missing")
        return command

    def _first(self, word: Word, command: Simple) -> None:
        if word.bare in RESERVED and not command.assignments and not command.redirects:
            raise Unreadable(f"`{word.bare}` out of place")
        self.first.append(word.raw)
        if len(self.first) > MAX_COMMANDS:
            raise Unreadable(f"more than {MAX_COMMANDS} commands")

    def _defines(self, word: Word, command: Simple) -> Function | None:
        parentheses = _FUNCTION.match(self.text, self.at)
        if not parentheses or command.assignments or command.redirects:
            return None
        self.at = parentheses.end()
        return self._function(word)

    def _declared(self, command: Simple, word: Word, at: int) -> None:
        """`declare name=(…)`: an array after a declaring builtin."""
        self.at = at
        self._assignment(command.arrays)
        command.words.append(word)

    def _assignment(self, found: list[Assignment]) -> bool:
        at = self.at
        match = _ASSIGN.match(self.text, at)
        subscript = None
        if match:
            self.at = match.end()
            name, mark = match.group(1), match.group(2)
        elif indexed := _INDEXED.match(self.text, at):
            self.at = indexed.end()
            name = indexed.group()[:-1]
            try:
                subscript = self._arithmetic("]")
            except Unreadable:
                self.at = at
                return False
            mark = "+=" if self.take("+=") else "=" if self.take("=") else ""
            if not mark:
                self.at = at
                return False
        else:
            return False
        array = None
        if self.take("("):
            array = self._array()
        value = (None if array is not None else self.word()) or Word([], "")
        found.append(Assignment(name, value, mark == "+=", subscript, array))
        return True

    def _array(self) -> list[Word]:
        found: list[Word] = []
        while True:
            self.newlines()
            if self.take(")"):
                return found
            if self.sees("[") and re.match(r"\[[^\]\n]*\]\+?=", self.text[self.at : self.at + 200]):
                self.at += 1
                found.append(self._arithmetic("]"))
                self.take("+")
                self.at += 1
                word = self.word()
                if word is not None:
                    found.append(word)
                continue
            word = self.word()
            if word is None:
                raise Unreadable("an array that does not end")
            found.append(word)

    # Redirects

    def _redirects(self, found: list[Redirect]) -> None:
        while True:
            self.blanks()
            if not self._redirect(found):
                return

    def _redirect(self, found: list[Redirect]) -> bool:
        mark = _REDIRECT.match(self.text, self.at)
        if not mark:
            return False
        operator = (mark.group(2) or mark.group(3)).replace("\\\n", "")
        if operator in {"<", ">"} and self.text.startswith("(", mark.end()) and not mark.group(1):
            return False
        self.at = mark.end()
        self.blanks()
        target = self.word()
        if target is None:
            raise Unreadable("a redirect without a target")
        redirect = Redirect(operator, target, mark.group(1) or "")
        if operator in {"<<", "<<-"}:
            self._heredocs.append((redirect, *self._delimiter(target), operator == "<<-"))
        elif operator == "<<<":
            redirect.body = target
        found.append(redirect)
        return True

    @staticmethod
    def _delimiter(target: Word) -> tuple[str, bool]:
        """The line that ends a heredoc, and whether its body is literal. Nothing is expanded in a delimiter."""
        quoted = any(isinstance(piece, Text) and piece.quoted for piece in target.pieces)
        text = "".join(piece.text if isinstance(piece, Text) else piece.raw for piece in target.pieces)
        return text, quoted

    def _bodies(self) -> None:
        waiting, self._heredocs = self._heredocs, []
        for redirect, delimiter, literal, tabs in waiting:
            text = self._body(delimiter, literal, tabs)
            redirect.body = Word([Text(text, True)], text) if literal else self.inner(text).soft_text()

    def _body(self, delimiter: str, literal: bool, tabs: bool) -> str:
        lines: list[str] = []
        while self.at < len(self.text):
            line = self._line(literal)
            if tabs:
                line = line.lstrip("\t")
            if line == delimiter:
                return "".join(lines)
            lines.append(line + "\n")
        return "".join(lines)

    def _line(self, literal: bool) -> str:
        """One line; without quotes a backslash at its end joins it with the next."""
        whole = ""
        while True:
            end = self.text.find("\n", self.at)
            end = len(self.text) if end < 0 else end
            line = self.text[self.at : end]
            self.at = min(end + 1, len(self.text))
            odd = (len(line) - len(line.rstrip("\\"))) % 2
            if literal or not odd or end >= len(self.text):
                return whole + line
            whole += line[:-1]


def parse(text: str) -> tuple[list[Pipeline], list[str]]:
    """The commands of a text and the first word of each simple one. Raises `Unreadable`."""
    if "\0" in text:
        raise Unreadable("a NUL in the text")
    grammar = Grammar(text)
    try:
        return grammar.script(), grammar.first
    except RecursionError:
        raise Unreadable("nested too deep") from None
