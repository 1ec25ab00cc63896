"""One simple command: which program it is, what its arguments mean, and what it runs in turn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from callwarden.facts import files
from callwarden.facts.builder import MAX_DEPTH
from callwarden.facts.model import Command
from callwarden.facts.shell import builtins, options, outputs, ranges
from callwarden.facts.shell.effects import Effects
from callwarden.facts.shell.options import Reading
from callwarden.facts.shell.scope import NOTHING, Feed, Frame, Scope
from callwarden.facts.shell.values import KNOWN, TAME, UNKNOWN, Value

if TYPE_CHECKING:
    from callwarden.facts.shell.reader import Reader

MAX_FILTERS = 4
ANYTHING = Value("$(input)", UNKNOWN)
_NEVER_STDIN = frozenset({"--version", "--help", "-V", "-m"})


@dataclass(slots=True)
class Run:
    """A command about to be filled in: its index, and all that it stands in."""

    index: int
    scope: Scope
    frame: Frame
    feed: Feed = NOTHING
    environment: dict[str, str] = field(default_factory=dict)


class Commands:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.builder = reader.builder

    def start(self, run: Run, values: list[Value], exe: str | None) -> str | None:
        command = self.reader.at(run.index)
        if command is None:
            return None
        command.environment = run.environment
        if not values:
            command.kind, command.program, command.understood = "builtin", ":", True
            return ""
        head, args = values[0], values[1:]
        command.path = exe or head.text
        command.args = [value.text for value in args]
        command.operands = list(command.args)
        command.unknown_args = [place for place, value in enumerate(args) if value.sure == UNKNOWN]
        if (head.sure != KNOWN or head.glob or not command.path) and exe is None:
            command.program = head.text
            self.builder.opaque(
                "program", "which program runs is only known when it runs", head.text, command=run.index
            )
            self._unknown(run.index, args)
            return None
        return self._known(run, command, args)

    def _known(self, run: Run, command: Command, args: list[Value]) -> str | None:
        name, scope, frame = command.path, run.scope, run.frame
        command.program = name.rstrip("/").rsplit("/", 1)[-1]
        if name in scope.aliases and name not in frame.calls:
            inner = replace(frame, parent=run.index, calls=(*frame.calls, name))
            self.reader.text(scope.aliases[name], scope, inner)
        function = scope.functions.get(name)
        if function is not None and frame.origin != "wrapper":
            command.kind, command.understood = "function", True
            self._unknown(run.index, args)
            return self.reader.body(function, scope, replace(frame, parent=run.index), args, run.feed)
        self._kind(run, command)
        return self._program(run, command, args)

    def _kind(self, run: Run, command: Command) -> None:
        if "/" in command.path:
            command.kind = "path"
            cwd = Effects(self.reader, -1, run.scope, run.frame).absolute(run.scope.cwd)
            place = files.locate(command.path, cwd, self.builder.context)
            command.location = place["root"] or (place["classes"] or [""])[0]
        else:
            builtin = command.path in builtins.NAMES and run.frame.origin != "argv"
            command.kind = "builtin" if builtin else "name"

    def _program(self, run: Run, command: Command, args: list[Value]) -> str | None:
        spec = self.reader.table.find(command.program)
        effects = Effects(self.reader, run.index, run.scope, run.frame)
        if command.kind == "path" and spec is None:
            effects.path(Value(command.path), "execute")
        if spec is None:
            self._unknown(run.index, args)
            for value in args:
                effects.url_or_path(value)
            return None
        reading = options.read(spec, args)
        self._told(run, command, reading, args)
        if command.program == "eval" and command.kind == "builtin":
            return self._eval(run, args)
        effects.all(reading)
        effects.properties(args)
        for argv in reading.argv:
            self._wrapped(run, argv, reading)
        if reading.module and self.reader.table.find(reading.module[0].text):
            self._wrapped(run, reading.module, reading)
        self._script(run, reading)
        self._stdin(run, reading, effects)
        if (range_ := ranges.printed(command.program, args, reading)) is not None:
            self.reader.ranges[run.index] = range_
        if command.kind == "builtin":
            self._builtin(run, command, args)
        if all(value.sure == KNOWN for value in args):
            return outputs.printed(command.program, command.args, run.feed.text if run.feed.piped else None)
        return None

    def _script(self, run: Run, reading: Reading) -> None:
        """`bash FILE …`, or what `#!` makes of `./FILE …`: the file is what runs, under its own name."""
        meaning = next((found for found in reading.meanings if found.kind == "script"), None)
        name = meaning.value.text.rstrip("/").rsplit("/", 1)[-1] if meaning else ""
        if meaning is None or not meaning.value.known or not name or meaning.value.text.startswith(("-", "/dev/")):
            return
        frame = self.reader.inside(run.index, run.frame, origin="script")
        rest = [value for value in reading.operands if value is not meaning.value]
        cwd = Effects(self.reader, -1, run.scope, run.frame).absolute(run.scope.cwd)
        place = files.locate(meaning.value.text, cwd, self.builder.context)
        fields = {"program": name, "path": meaning.value.text, "kind": "path", "args": [value.text for value in rest]}
        location = place["root"] or (place["classes"] or [""])[0]
        own = {"location": location, "understood": True, "operands": fields["args"]}
        self.builder.command(**self.reader.blank(frame) | fields | own)

    def _builtin(self, run: Run, command: Command, args: list[Value]) -> None:
        builtins.apply(command.program, args, run.scope)
        self._lines(run, command)
        for value in args if command.program in builtins.DECLARERS else []:
            self.reader.variable(value, run.index, run.frame)

    def _lines(self, run: Run, command: Command) -> None:
        """`… | while read -r x`: each line is one of what comes in."""
        if command.program == "read" and run.feed.piped and len(command.operands) == 1:
            line = self.source(run.feed.heads)
            if line is not None:
                run.scope.variables[command.operands[0]] = Value(f"${command.operands[0]}", TAME, True, line.as_path)

    def _told(self, run: Run, command: Command, reading: Reading, args: list[Value]) -> None:
        command.options = reading.options
        command.operands = [value.text for value in reading.operands]
        command.understood = reading.understood
        command.actions = list(dict.fromkeys([*command.actions, *reading.actions]))
        known = {id(meaning.value) for meaning in reading.meanings}
        known |= {id(value) for argv in [*reading.argv, reading.module] for value in argv}
        self._unknown(run.index, [value for value in args if id(value) not in known])

    def _unknown(self, index: int, args: list[Value]) -> None:
        for value in args:
            if value.sure == UNKNOWN:
                reason = "an argument that is only known when it runs"
                self.builder.opaque("argument", reason, value.text, command=index)

    def _eval(self, run: Run, args: list[Value]) -> str | None:
        text = " ".join(value.text for value in args)
        if any(value.sure == UNKNOWN for value in args):
            self.builder.opaque("code", "text that is only known when it runs", text, command=run.index)
        return self.reader.text(text, run.scope, self.reader.inside(run.index, run.frame), run.feed)

    def _wrapped(self, run: Run, argv: list[Value], reading: Reading) -> None:
        inner = self.reader.inside(run.index, run.frame, not reading.spec.remote)
        token = next((token for token in reading.options.get("-I", []) if token), "{}")
        given = self._given(run, reading)
        values = [*argv, given] if reading.spec.appends and "-I" not in reading.options else argv
        values = [_filled(value, token, given) if token in value.text else value for value in values]
        if self.reader.tired(run.frame) or self.builder.depth >= MAX_DEPTH:
            self.builder.opaque("text", f"nested more than {MAX_DEPTH} deep", "", command=run.index)
            return
        if reading.spec.versioned and values:
            values = [_unversioned(values[0]), *values[1:]]
        index = self.builder.command(**self.reader.blank(inner))
        self.builder.depth += 1
        try:
            self.start(Run(index, run.scope, inner, run.feed), values, None)
        finally:
            self.builder.depth -= 1

    def _given(self, run: Run, reading: Reading) -> Value:
        """What stands for `{}`: files below what find looks through, or whatever comes in."""
        if reading.spec.output == "files":
            return ranges.below(reading.operands, reading.options) or ANYTHING
        return self.source(run.feed.heads) or ANYTHING

    def source(self, heads: list[int]) -> Value | None:
        """The range of each line that comes out of the one command of `heads`, through filters."""
        for _ in range(MAX_FILTERS):
            head = self.reader.at(heads[0]) if len(heads) == 1 else None
            if head is None:
                return None
            if heads[0] in self.reader.ranges:
                return self.reader.ranges[heads[0]]
            if not ranges.passes(head.program, head.operands, head.options):
                return None
            heads = head.fed_by
        return None

    def _stdin(self, run: Run, reading: Reading, effects: Effects) -> None:
        """An interpreter without a script reads its program from standard input."""
        kind, feed = reading.spec.stdin, run.feed
        if not kind or reading.argv or _NEVER_STDIN & reading.options.keys() or any(map(_runs, reading.meanings)):
            return
        if feed.path is not None and feed.text is None and feed.path.sure:
            effects.one(options.Meaning("execute", feed.path), reading)
        elif feed.text is not None and feed.piped:
            self._fed(kind, run, feed.text)
        elif feed.piped:
            names = ", ".join(head.program for i in feed.heads[:3] if (head := self.reader.at(i))) or "its input"
            text = feed.path.text if feed.path else ""
            self.builder.opaque("code", f"runs what {names} prints", text, command=run.index)
        elif kind == "command":
            self.reader.act(run.index, "shell")

    def _fed(self, kind: str, run: Run, text: str) -> None:
        if kind == "command":
            origin = "decoded" if run.feed.heads else "heredoc"
            self.reader.text(text, run.scope.copy(), self.reader.inside(run.index, run.frame, origin=origin))
        else:
            self.reader.code(kind.removeprefix("code:"), text, run.index)


def _filled(value: Value, token: str, given: Value) -> Value:
    """The argument with what comes in for the mark; where that can't be known, a mark that says so."""
    if value.text == token and given.sure:
        return given
    if not given.sure or value.sure != KNOWN:
        return Value(value.text.replace(token, ANYTHING.text), UNKNOWN)
    return Value(value.text, TAME, True, value.text.replace(token, given.as_path))


def _unversioned(value: Value) -> Value:
    """`NAME@VERSION` is NAME, and so is `@SCOPE/NAME@VERSION` with its scope."""
    name, at, _ = value.text.rpartition("@")
    return Value(name, value.sure) if at and name and value.known else value


def _runs(meaning: options.Meaning) -> bool:
    """It is given a program otherwise than on standard input."""
    if meaning.value.text in {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}:
        return False
    return meaning.kind in {"command", "script", "program"} or meaning.kind.startswith("code:")


def fed(command: Command) -> bool:
    """A shell that was given its text by option does not take what comes through the pipe for commands."""
    return "-c" in command.options
