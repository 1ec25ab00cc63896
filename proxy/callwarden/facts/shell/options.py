"""An argument list read by a program's entry in the table: options with their values, operands, and what each means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from callwarden.facts.shell.table import Option, Spec
from callwarden.facts.shell.values import UNKNOWN, Value

_NUMBER = re.compile(r"[-+]\d+[a-zA-Z]?$")
EMPTY = Value("")


@dataclass(slots=True)
class Meaning:
    """A value and what it is to the program: a kind of the table."""

    kind: str
    value: Value
    option: str = ""


@dataclass(slots=True)
class Reading:
    options: dict[str, list[str]] = field(default_factory=dict)
    operands: list[Value] = field(default_factory=list)
    meanings: list[Meaning] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    argv: list[list[Value]] = field(default_factory=list)
    module: list[Value] = field(default_factory=list)
    understood: bool = True
    spec: Spec = field(default_factory=Spec)
    path: list[str] = field(default_factory=list)


def read(spec: Spec, args: list[Value]) -> Reading:
    """`args` are what stands after the program."""
    reading = Reading(spec=spec)
    _Reader(reading, args).run()
    return reading


class _Reader:
    def __init__(self, reading: Reading, args: list[Value]) -> None:
        self.reading = reading
        self.args = args
        self.at = 0
        self.spec = reading.spec
        self.positional: list[Value] = []
        self.outer: list[Spec] = []

    def run(self) -> None:
        self.reading.actions += self.spec.actions
        self._words()
        if self.spec.default and not self.reading.path and self.spec.default in self.spec.subcommands:
            self._enter(self.spec.subcommands[self.spec.default])
        self.reading.spec = self.spec
        self._positional()

    def _words(self) -> None:
        only_operands = False
        while self.at < len(self.args):
            value = self.args[self.at]
            self.at += 1
            if only_operands or not self._is_option(value):
                if self._operand(value):
                    return
            elif value.text == "--":
                only_operands = True
            else:
                self._option(value)

    def _is_option(self, value: Value) -> bool:
        text = value.text
        if self.spec.style == "none":
            return False
        if self.spec.style == "pairs":
            return "=" in text
        if self.spec.style == "old" and self.at == 1 and value.known and re.fullmatch(r"[A-Za-z]+", text):
            return True
        if self.spec.style == "single" and text in self.spec.options:
            return True
        return len(text) > 1 and (text[0] == "-" or (text[0] == "+" and text[:2] in self.spec.options))

    def _operand(self, value: Value) -> bool:
        """Takes an operand; true when what follows belongs to another command."""
        spec = self.spec
        if spec.subcommands and not self.positional and value.text in spec.subcommands:
            self.reading.operands.append(value)
            self.reading.path.append(value.text)
            self._enter(spec.subcommands[value.text])
            return False
        if spec.subcommands and not self.positional and not spec.operands:
            self.reading.understood = False
        self.reading.operands.append(value)
        self.positional.append(value)
        kinds = self._kinds()
        place = len(self.positional) - 1
        kind = kinds[place] if place < len(kinds) else kinds[-1] if kinds and kinds[-1].endswith("*") else ""
        if kind == "environment*" and "=" not in value.text:
            kind = next((k for k in kinds if not k.endswith("*")), "argv")
        if kind in {"argv", "command", "rest"}:
            self.positional.pop()
            self._rest(kind)
            return True
        if kind == "script" or spec.stop:
            rest = self.args[self.at :] if kind == "script" else []
            if kind == "script":
                self.reading.operands += rest
                self.at = len(self.args)
                return True
        return False

    def _rest(self, kind: str) -> None:
        rest = self.args[self.at - 1 :]
        self.at = len(self.args)
        if kind == "argv":
            self.reading.argv.append(rest)
            self.reading.operands += rest[1:]
        elif kind == "command":
            text = " ".join(value.text for value in rest)
            self.reading.meanings.append(Meaning("command", Value(text, min(v.sure for v in rest))))
            self.reading.operands += rest[1:]
        else:
            self.reading.operands += rest[1:]

    def _enter(self, spec: Spec) -> None:
        self.outer.append(self.spec)
        self.spec = spec
        self.reading.actions += spec.actions

    def _kinds(self) -> tuple[str, ...]:
        for names, kinds in self.spec.when:
            if names <= self.reading.options.keys():
                return kinds
        return self.spec.operands

    def _positional(self) -> None:
        kinds = self._kinds()
        many = next((place for place, kind in enumerate(kinds) if kind.endswith("*")), None)
        count = len(self.positional)
        for place, value in enumerate(self.positional):
            if many is None:
                kind = kinds[place] if place < len(kinds) else "value"
            elif place < many:
                kind = kinds[place]
            elif count - place <= len(kinds) - many - 1:
                kind = kinds[len(kinds) - (count - place)]
            else:
                kind = kinds[many].rstrip("*")
            self._means(kind, value)

    def _means(self, kind: str, value: Value, option: str = "") -> None:
        if kind not in {"flag", "value", "ignore", "rest", "module"}:
            self.reading.meanings.append(Meaning(kind, value, option))

    # Options

    def _find(self, name: str) -> Option | None:
        for spec in (self.spec, *reversed(self.outer)):
            if name in spec.options:
                return spec.options[name]
        if not name.startswith("--") or len(name) < 4:
            return None
        longer = {o.name: o for spec in (self.spec, *self.outer) for n, o in spec.options.items() if n.startswith(name)}
        return next(iter(longer.values())) if len(longer) == 1 else None

    def _option(self, value: Value) -> None:
        text = value.text
        if self.spec.style == "pairs":
            name, _, rest = text.partition("=")
            return self._take(self._find(name), name, Value(rest, value.sure, value.glob))
        if self.spec.style == "old" and text[0] not in "-+":
            text = "-" + text
        if text.startswith("--") or self.spec.style == "single":
            name, equals, rest = text.partition("=")
            option = self._find(name) or (self._find("-" + name) if self.spec.style == "single" else None)
            if option is None and self.spec.style == "single" and text.startswith("--"):
                option = self._find(text[1:].partition("=")[0])
            attached = Value(rest, value.sure, value.glob, value.path.partition("=")[2]) if equals else None
            return self._take(option, name, attached)
        if _NUMBER.match(text) and "-#" in self.spec.options:
            return None
        return self._cluster(text, value)

    def _cluster(self, text: str, value: Value) -> None:
        """`-fNR spec`, `-oKey=value`: letters until one takes a value, which is the rest or the next argument."""
        if len(text) > 2 and text in self.spec.options:
            return self._take(self._find(text), text, None)
        for place in range(1, len(text)):
            name = text[0] + text[place]
            option = self._find(name)
            rest = text[place + 1 :]
            if option is None:
                self.reading.options.setdefault(name, []).append("")
                self.reading.understood &= self.spec.open
                continue
            if option.kind == "flag":
                self._take(option, name, None)
                continue
            whole = value.path[-len(rest) :] if value.path and rest else ""
            return self._take(option, name, Value(rest, value.sure, value.glob, whole) if rest else None)
        return None

    def _take(self, option: Option | None, name: str, attached: Value | None) -> None:
        reading = self.reading
        if option is None:
            reading.options.setdefault(name, []).append(attached.text if attached else "")
            reading.understood &= self.spec.open or any(spec.open for spec in self.outer)
            if attached and not self.spec.open:
                self._means("words", attached, name)
            return None
        reading.actions += option.actions
        if option.kind == "argv":
            return self._command(option)
        value = attached
        if option.kind == "module":
            value = value or self._next()
            reading.module = [value, *self.args[self.at :]]
            self.at = len(self.args)
        if option.kind != "flag" and value is None and not option.attached:
            value = self._next()
        reading.options.setdefault(option.name, []).append(value.text if value else "")
        if value is not None:
            kind = option.kind if option.kind != "flag" else "value"
            if kind == "setting":
                return self._setting(value, option.name)
            self._means(kind, value, option.name)
        return None

    def _next(self) -> Value:
        if self.at >= len(self.args):
            return EMPTY
        self.at += 1
        return self.args[self.at - 1]

    def _command(self, option: Option) -> None:
        """`find -exec … ;`: the arguments up to the mark are a command."""
        rest: list[Value] = []
        while self.at < len(self.args):
            value = self._next()
            if value.text == ";" or (value.text == "+" and rest and rest[-1].text == "{}"):
                break
            rest.append(value)
        self.reading.options.setdefault(option.name, []).append(" ".join(value.text for value in rest))
        if rest:
            self.reading.argv.append(rest)

    def _setting(self, value: Value, name: str) -> None:
        key, _, rest = re.sub(r"^\s*([\w.*-]+)\s*[= \t]\s*", r"\1=", value.text, count=1).partition("=")
        found = next((s for spec in (self.spec, *self.outer) if (s := spec.setting(key.strip()))), None)
        if value.sure == UNKNOWN:
            self._means("words", value, name)
        elif found is None:
            self.reading.understood &= any(spec.open for spec in (self.spec, *self.outer))
        elif rest.lower() not in {"no", "none"}:
            self.reading.actions += found.actions
            self._means(found.kind, Value(rest, value.sure), key)
