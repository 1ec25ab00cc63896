"""Walks what the grammar read and hands the builder facts: each simple command, in the order in which they may run."""

from __future__ import annotations

from dataclasses import replace

from callwarden.facts import code_reverse
from callwarden.facts.builder import MAX_DEPTH, Builder
from callwarden.facts.model import Command
from callwarden.facts.shell import builtins, options, second, syntax
from callwarden.facts.shell.commands import Commands, Run, fed
from callwarden.facts.shell.effects import Effects
from callwarden.facts.shell.expand import Expander
from callwarden.facts.shell.grammar import parse
from callwarden.facts.shell.scope import NOTHING, Feed, Frame, Scope
from callwarden.facts.shell.table import Spec, table
from callwarden.facts.shell.values import KNOWN, TAME, UNKNOWN, Value

MAX_TEXT = 1 << 17
MAX_STEPS = 6000  # commands looked at, calls of functions and rounds of loops included
MAX_ROUNDS = 12  # literals of a `for` that are gone through one by one

SHELLS = frozenset(["sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "rbash", "fish", "csh", "tcsh", "busybox"])


class Reader:
    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.table = table(builder.context.tables)
        if self.table.empty:
            builder.unparsable("the table of programs is missing, empty or malformed")
        self.steps = 0
        self.called: dict[int, int] = {}
        self.later: list[tuple[int, Value, Frame]] = []  # what `trap` runs when the text is over
        self.ranges: dict[int, Value] = {}  # by command: where each line that it prints lies, if that is bounded
        self.printed: dict[str, str | None] = {}  # by `<(…)` as written: what it gives, if that is known

    # Texts

    def text(self, text: str, scope: Scope, frame: Frame, feed: Feed = NOTHING) -> str | None:
        """Reads a text as shell; what it prints, if that is known."""
        builder = self.builder
        if builder.depth >= MAX_DEPTH:
            builder.opaque("text", f"nested more than {MAX_DEPTH} deep", text, command=frame.parent)
            return None
        if len(text) > MAX_TEXT:
            builder.unparsable(f"more than {MAX_TEXT} characters")
            return None
        try:
            pipelines, first = parse(text)
        except syntax.Unreadable as error:
            builder.unparsable(str(error))
            return None
        if problem := second.disagreement(text, first):
            builder.unparsable(problem)
        builder.depth += 1
        outer, self.later = self.later, []
        try:
            printed = self.run_list(pipelines, scope, frame, feed)
            self._uncalled(scope, frame)
            for index, trapped, inside in self.later:
                self.text(trapped.text, scope.copy(), self.inside(index, inside))
            return printed
        finally:
            builder.depth -= 1
            self.later = outer

    def code(self, language: str, source: str, index: int) -> None:
        self.builder.code(language, source, index)

    def inside(self, index: int, frame: Frame, local: bool = True, origin: str = "wrapper") -> Frame:
        """The frame of what command `index` runs."""
        command = self.at(index)
        name = command.program if command else ""
        wrappers = (*frame.wrappers, name) if name else frame.wrappers
        return replace(frame, parent=index, origin=origin, wrappers=wrappers, local=frame.local and local)

    def act(self, index: int, action: str) -> None:
        command = self.at(index)
        if command and action not in command.actions:
            command.actions.append(action)

    def at(self, index: int) -> Command | None:
        commands = self.builder.commands
        return commands[index] if 0 <= index < len(commands) else None

    def tired(self, frame: Frame) -> bool:
        self.steps += 1
        if self.steps == MAX_STEPS:
            self.builder.opaque("text", f"more than {MAX_STEPS} commands", "", command=frame.parent)
        return self.steps >= MAX_STEPS

    # Lists and structures

    def run_list(
        self, pipelines: list[syntax.Pipeline], scope: Scope, frame: Frame, feed: Feed = NOTHING
    ) -> str | None:
        printed: str | None = ""
        before = scope.others
        for place, pipeline in enumerate(pipelines):
            scope.others = frozenset() if pipeline.joint == "&&" else scope.others
            if pipeline.joint:
                kept = scope.copy()
                result = self.pipeline(pipeline, scope, frame, feed)
                if pipeline.joint == "||" and not _leaves(pipeline):
                    kept.join(scope)
                    scope.variables, scope.others = kept.variables, kept.others
            else:
                result = self.pipeline(pipeline, scope, frame, feed)
            printed = None if printed is None or result is None or len(printed) > MAX_TEXT else printed + result
            last = place + 1 == len(pipelines) or not pipelines[place + 1].joint
            if last:
                scope.others |= before if pipeline.joint == "&&" else frozenset()
                before = scope.others
        return printed

    def pipeline(self, pipeline: syntax.Pipeline, scope: Scope, frame: Frame, feed: Feed) -> str | None:
        if pipeline.background:
            frame = replace(frame, background=True)
        if len(pipeline.stages) == 1:
            if pipeline.background:
                scope = scope.copy()
            return self.command(pipeline.stages[0], scope, frame, feed)
        printed: str | None = ""
        previous: list[int] = []
        for place, stage in enumerate(pipeline.stages):
            start = len(self.builder.commands)
            printed = self.command(stage, scope.copy(), frame, feed)
            heads = self._heads(start, frame)
            if place:
                for index in heads:
                    self.builder.commands[index].fed_by = previous
                self._reversed(previous, heads)
            previous = heads
            feed = Feed(printed, heads, True)
        return printed

    def _heads(self, start: int, frame: Frame) -> list[int]:
        commands = self.builder.commands
        found = [i for i in range(start, len(commands)) if commands[i].parent == frame.parent]
        wrapped = [
            i for i in range(start, len(commands)) if commands[i].origin == "wrapper" and commands[i].parent >= start
        ]
        return sorted({*found, *wrapped})

    def _reversed(self, previous: list[int], heads: list[int]) -> None:
        """A shell that talks through a pipe to something that talks to the network."""
        for first, second_ in ((previous, heads), (heads, previous)):
            for a in first:
                for b in second_:
                    one, other = self.builder.commands[a], self.builder.commands[b]
                    spec = self.table.find(one.program)
                    network = self.table.find(other.program)
                    if spec and spec.stdin == "command" and network and self._pipes(network, other) and not fed(one):
                        self.act(a, "reverse_shell")

    @staticmethod
    def _pipes(spec: Spec, command: Command) -> bool:
        inner = spec.subcommands.get(command.operands[0]) if command.operands and spec.subcommands else None
        return "network" in {spec.pipe, inner.pipe if inner else ""}

    def command(self, node: syntax.Command, scope: Scope, frame: Frame, feed: Feed) -> str | None:
        if self.tired(frame):
            return None
        if isinstance(node, syntax.Simple):
            return self.simple(node, scope, frame, feed)
        if isinstance(node, syntax.Function):
            scope.functions[node.name] = node
            self._shadowed(node.name, frame)
            self._redirects(node.redirects, scope, frame, frame.parent, "")
            return ""
        feed = self._redirects(node.redirects, scope, frame, frame.parent, "") or feed
        if isinstance(node, syntax.Test):
            return self._test(node, scope, frame)
        return self._compound(node, scope, frame, feed)

    def _shadowed(self, name: str, frame: Frame) -> None:
        """A function that stands in front of a program that the table knows: whoever calls that calls this."""
        if name not in builtins.NAMES and self.table.find(name) is not None:
            fields = {"program": "function", "path": "function", "kind": "builtin", "args": [name], "operands": [name]}
            self.builder.command(**self.blank(frame) | fields | {"understood": True})

    def _compound(
        self, node: syntax.Group | syntax.Branch | syntax.Loop, scope: Scope, frame: Frame, feed: Feed
    ) -> str | None:
        if isinstance(node, syntax.Group):
            return self.run_list(node.body, scope.copy() if node.subshell else scope, frame, feed)
        if isinstance(node, syntax.Branch):
            self._branch(node, scope, frame, feed)
            return None
        self._loop(node, scope, frame, feed)
        return None

    def _test(self, node: syntax.Test, scope: Scope, frame: Frame) -> str:
        expander = self._expander(scope, frame)
        index = self.builder.command(**self.blank(frame) | {"program": node.name, "path": node.name, "kind": "builtin"})
        values = [expander.one(word) for word in node.words]
        if command := self.at(index):
            command.args = [value.text for value in values]
            command.understood = True
        return ""

    def _branch(self, node: syntax.Branch, scope: Scope, frame: Frame, feed: Feed) -> None:
        expander = self._expander(scope, frame)
        for word in node.words:
            expander.one(word)
        self.run_list(node.condition, scope, frame, feed)
        branches = []
        for body in node.bodies:
            branch = scope.copy()
            self.run_list(body, branch, frame, feed)
            branches.append(branch)
        scope.join(*branches)

    def _loop(self, node: syntax.Loop, scope: Scope, frame: Frame, feed: Feed) -> None:
        values = self._expander(scope, frame).words(node.words) if node.words is not None else None
        scope.forget(_assigned(node.body) | _assigned(node.condition))
        if node.name and values and len(values) <= MAX_ROUNDS and all(v.sure for v in values):
            for value in values:
                scope.variables[node.name] = value
                branch = scope.copy()
                self.run_list(node.body, branch, frame, feed)
                scope.join(branch)
            return
        if node.name:
            scope.variables[node.name] = None
            if values and all(v.sure for v in values) and all("/" not in v.text for v in values):
                scope.variables[node.name] = Value(f"${node.name}", TAME, True, "*")
        self.run_list(node.condition, scope, frame, feed)
        branch = scope.copy()
        self.run_list(node.body, branch, frame, feed)
        scope.join(branch)

    def _uncalled(self, scope: Scope, frame: Frame) -> None:
        for function in list(scope.functions.values()):
            if id(function) not in self.called:
                self.body(function, scope.copy(), frame, None, NOTHING)

    def body(
        self, function: syntax.Function, scope: Scope, frame: Frame, args: list[Value] | None, feed: Feed
    ) -> str | None:
        count = self.called.get(id(function), 0)
        self.called[id(function)] = count + 1
        if count > 4 or function.name in frame.calls:
            return None
        scope.positional = args if count < 4 else None
        return self.command(function.body, scope, replace(frame, calls=(*frame.calls, function.name)), feed)

    # Simple commands

    def _expander(self, scope: Scope, frame: Frame) -> Expander:
        inner = replace(frame, origin="substitution")

        def substitute(piece: syntax.Substitution) -> Value:
            start = len(self.builder.commands)
            feed = Feed(None, [frame.parent], True) if piece.direction == ">" else NOTHING
            within = scope.copy()
            printed = self.run_list(piece.body, within, inner, feed)
            if piece.direction == ">":
                for index in self._heads(start, inner):
                    self.builder.commands[index].fed_by = [frame.parent] if frame.parent >= 0 else []
            elif piece.direction:
                self.printed[piece.raw] = printed
            return self._substituted(piece, printed, start, within)

        return Expander(scope, self.builder.context, substitute)

    def _substituted(self, piece: syntax.Substitution, printed: str | None, start: int, scope: Scope) -> Value:
        if printed is not None:
            return Value(printed.rstrip("\n"))
        commands = self.builder.commands[start:]
        found = None
        if commands and (len(piece.body) == 1 or commands[-1].program == "pwd"):
            found = self._bounded(commands[-1], piece, scope)
        return Value(piece.raw, UNKNOWN) if found is None else found

    def _bounded(self, last: Command, piece: syntax.Substitution, scope: Scope) -> Value | None:
        """What the last command of a substitution prints, where that is one harmless word or lies in a known place."""
        bounded = Commands(self).source([len(self.builder.commands) - 1])
        if bounded is not None:
            return replace(bounded, sure=TAME) if bounded.glob else bounded
        spec = self.table.find(last.program) if last.kind in {"name", "builtin", "path"} else None
        kind = spec.output if spec else ""
        if kind in {"word", "number"} and not any("/" in arg for arg in last.args if kind == "word"):
            return Value(piece.raw, TAME, False, "0")
        if kind == "directory" and scope.cwd and not scope.others:
            return Value(scope.cwd)
        if last.program == "git" and last.args == ["rev-parse", "--show-toplevel"]:
            return Value(self.builder.context.workspace)
        if kind == "temporary":
            return Value(piece.raw, TAME, False, "/tmp/tmp.XXXXXXXXXX")  # noqa: S108  # where mktemp puts it
        return None

    def blank(self, frame: Frame) -> dict[str, object]:
        return {
            "program": "",
            "path": "",
            "kind": "unknown",
            "args": [],
            "unknown_args": [],
            "options": {},
            "operands": [],
            "understood": False,
            "actions": [],
            "wrappers": list(frame.wrappers),
            "origin": frame.origin,
            "parent": frame.parent,
            "background": frame.background,
        }

    def simple(self, node: syntax.Simple, scope: Scope, frame: Frame, feed: Feed) -> str | None:
        if not node.words:
            self._assignments(node, scope, frame, scope, frame.parent)
            self._redirects(node.redirects, scope, frame, frame.parent, "")
            return ""
        index = self.builder.command(**self.blank(frame))
        inner = replace(frame, parent=index, wrappers=(), background=False)
        local = scope.copy()
        environment = self._assignments(node, scope, inner, local)
        values = self._expander(scope, inner).words(node.words)
        for array in node.arrays:
            scope.variables[array.name] = self._expander(scope, inner).words(array.array or [])
        fed = self._redirects(node.redirects, scope, frame, index, values[0].text if values else "")
        printed = self.start(Run(index, scope, frame, fed or feed, environment), values)
        self._source(index, printed, fed or feed)
        return printed

    def _source(self, index: int, printed: str | None, feed: Feed) -> None:
        """A program that ties a shell to a connection is one as soon as it is written down."""
        if any(code_reverse.found(text) for text in (printed, feed.text) if text):
            self.act(index, "reverse_shell")

    def _assignments(
        self, node: syntax.Simple, scope: Scope, frame: Frame, target: Scope, outer: int | None = None
    ) -> dict[str, str]:
        found = {}
        for assignment in node.assignments:
            expander = self._expander(scope if target is scope else target, frame)
            if assignment.subscript is not None:
                expander.one(assignment.subscript)
            if assignment.array is not None:
                values = expander.words(assignment.array)
                old = target.variables.get(assignment.name)
                target.variables[assignment.name] = (
                    old if assignment.append and isinstance(old, list) else []
                ) + values
                continue
            value = expander.one(assignment.value)
            if assignment.subscript is not None:
                target.variables[assignment.name] = None
            else:
                builtins.assign(target, assignment.name, value, assignment.append)
            found[assignment.name] = value.text
            if frame.parent == outer and assignment.name in self.table.variables:
                self.exported(assignment.name, value, frame)
                continue
            self.variable(Value(f"{assignment.name}={value.text}", value.sure), frame.parent, frame)
        return found

    def exported(self, name: str, value: Value, frame: Frame) -> None:
        """A variable that acts, set for everything that follows: as good as a command."""
        index = self.builder.command(
            **self.blank(frame)
            | {
                "program": "export",
                "path": "export",
                "kind": "builtin",
                "args": [f"{name}={value.text}"],
                "understood": True,
            }
        )
        self.variable(Value(f"{name}={value.text}", value.sure), index, frame)

    def variable(self, value: Value, index: int, frame: Frame) -> None:
        """An environment variable that makes a program run, load or reach something."""
        name, _, text = value.text.partition("=")
        option = self.table.variables.get(name)
        if option is None or not text:
            return
        for action in option.actions:
            self.act(index, action)
        if value.sure == UNKNOWN:
            self.builder.opaque("environment", f"{name} is only known when it runs", text, command=index)
        elif option.kind != "value":
            reading = options.Reading(meanings=[options.Meaning(option.kind, Value(text, value.sure), name)])
            Effects(self, index, Scope(cwd=self.builder.cwd), frame).all(reading)

    def _redirects(
        self, redirects: list[syntax.Redirect], scope: Scope, frame: Frame, index: int, program: str
    ) -> Feed | None:
        feed = None
        inner = replace(frame, parent=index)
        expander = self._expander(scope, inner)
        effects = Effects(self, index, scope, frame)
        for redirect in redirects:
            if redirect.operator in {"<<", "<<-", "<<<"}:
                value = expander.one(redirect.body) if redirect.body is not None else Value("")
                if redirect.descriptor in {"", "0"}:
                    end = "\n" if redirect.operator == "<<<" else ""
                    text = value.text + end
                    feed = Feed(text if value.sure == KNOWN else None, [], True, None if value.sure else Value(text, 0))
                continue
            target = expander.one(redirect.target)
            if redirect.operator in {"<&", ">&"} and (target.text.rstrip("-").isdigit() or target.text == "-"):
                continue
            if redirect.operator == "<" and redirect.descriptor in {"", "0"}:
                feed = Feed(None, [], True, target)
            for access in {
                "<": ["read"],
                "<>": ["read", "write"],
                ">>": ["append"],
                "&>>": ["append"],
                "<&": ["read"],
            }.get(redirect.operator, ["write"]):
                effects.path(target, access)  # type: ignore[arg-type]
            if target.text.startswith(("/dev/tcp/", "/dev/udp/")):
                self._socket(index, program)
        return feed

    def _socket(self, index: int, program: str) -> None:
        spec = self.table.find(program.rsplit("/", 1)[-1])
        self.act(index, "reverse_shell" if spec and spec.stdin == "command" else "connect")

    def start(self, run: Run, values: list[Value], exe: str | None = None) -> str | None:
        """Fills in a command from its words, and follows what it runs. What it prints, if that is known."""
        return Commands(self).start(run, values, exe)


def _leaves(pipeline: syntax.Pipeline) -> bool:
    """`cd x || exit`: what follows runs only where the first part went well."""
    stage = pipeline.stages[0] if pipeline.stages else None
    if isinstance(stage, syntax.Group) and stage.body and not stage.subshell:
        return _leaves(stage.body[-1])
    return (
        isinstance(stage, syntax.Simple)
        and bool(stage.words)
        and stage.words[0].bare in {"exit", "return", "continue", "break"}
    )


def _assigned(pipelines: list[syntax.Pipeline]) -> set[str]:
    """The variables that a list of commands may set."""
    names: set[str] = set()
    waiting: list[syntax.Command] = [stage for pipeline in pipelines for stage in pipeline.stages]
    while waiting:
        node = waiting.pop()
        if isinstance(node, syntax.Simple):
            names |= {assignment.name for assignment in (*node.assignments, *node.arrays)}
            if node.words and node.words[0].bare in builtins.READERS | builtins.DECLARERS:
                names |= {word.raw.partition("=")[0] for word in node.words[1:]}
            continue
        lists: list[list[syntax.Pipeline]] = []
        if isinstance(node, syntax.Function):
            waiting.append(node.body)
        elif isinstance(node, syntax.Group):
            lists = [node.body]
        elif isinstance(node, syntax.Branch):
            lists = [node.condition, *node.bodies]
        elif isinstance(node, syntax.Loop):
            lists = [node.condition, node.body]
            names.add(node.name)
        waiting += [stage for body in lists for pipeline in body for stage in pipeline.stages]
    return names
