"""What each word of the table of calls means: from the values of an argument to facts."""

from __future__ import annotations

import ast
import re

from callwarden.facts import folds
from callwarden.facts.code_calls import DECODERS, FILES, SCHEMES, Effect
from callwarden.facts.code_sink import Sink, shown
from callwarden.facts.folds import HOLE, IDLE, Value
from callwarden.facts.model import Access

_WRITES = re.compile(r"O_(?:WRONLY|RDWR|CREAT|APPEND|TRUNC)")
# The words of an open(2)-like mode; archives and HDF5 use the same
_MODES: tuple[tuple[str, tuple[Access, ...]], ...] = (
    ("+", ("read", "write")),
    ("a", ("append",)),
    ("w", ("write",)),
    ("x", ("create",)),
)


class Effects(Sink):
    """One method a word."""

    def of(self, effect: Effect, node: ast.Call) -> None:
        what = effect.what
        values = self.fold.values(_argument(effect, node)) if _argument(effect, node) is not None else []
        if what in FILES:
            self.files(values, (what,), node)  # type: ignore[arg-type]
        elif what in SCHEMES:
            self._hosts(values, node, what)
        else:
            handler = getattr(self, f"_on_{what}")
            handler(values, node, effect)

    # Processes

    def _on_shell(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions |= {"process", "shell"}
        for value in values:
            self.run(value, node)

    def _on_command(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        """subprocess: a list is an argv unless a shell is asked for, and then its first element is the text."""
        shell = _truthy(node, "shell")
        self.actions |= {"process", "shell"} if shell else {"process"}
        programs = [v for k in node.keywords if k.arg == "executable" for v in self.fold.values(k.value)]
        for value in values:
            if shell:
                self.run(value[0] if isinstance(value, list) and value else value, node)
            else:
                self._started(value, programs, node)

    def _on_argv(self, values: list[Value], node: ast.Call, effect: Effect) -> None:
        """`execv(path, argv)`: what runs is the path, whatever the list calls it."""
        self.actions.add("process")
        before = node.args[effect.place - 1 : effect.place]
        for value in values:
            self._started(value, self.fold.values(before[0]) if before else [], node)

    def _started(self, value: Value, programs: list[Value], node: ast.Call) -> None:
        arguments = value[1:] if isinstance(value, list) else []
        for argv in [[program, *arguments] for program in programs] or [value]:
            self.run(argv, node)

    def _on_rest(self, _: list[Value], node: ast.Call, effect: Effect) -> None:
        """`execl(path, arg0, arg1 …)`: the first is the program again, the arguments follow."""
        self.actions.add("process")
        parts = [self.fold.values(part)[0] for part in node.args[effect.place :]]
        starred = any(isinstance(part, ast.Starred) for part in node.args)
        named = parts[:1] + parts[2:] if _name(node).startswith(("execl", "spawnl")) else parts
        self.run(HOLE if starred and len(parts) < 2 else named or HOLE, node)

    def _on_remote(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions.add("network")
        for value in values or [HOLE]:
            if self.once("remote", folds.text(value)) and folds.text(value) != IDLE:
                self.unknown("program", "it runs a command on another machine", node)

    # Files

    def _on_mode(self, values: list[Value], node: ast.Call, effect: Effect) -> None:
        """`open(path, mode)`; without a mode it reads."""
        self._opened(values, node, effect.place + 1)

    def _on_self(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self._opened(values, node, 0)

    def _opened(self, values: list[Value], node: ast.Call, place: int) -> None:
        modes = self.fold.values(_argument(Effect("mode", place, ("mode",)), node) or ast.Constant(value="r"))
        for mode in modes:
            said = folds.text(mode)
            accesses = next((found for letter, found in _MODES if letter in said), ("read",))
            self.files(values, ("read", "write") if HOLE in said else accesses, node)

    def _on_flags(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        flags = " ".join(shown(argument) for argument in node.args[1:])
        self.files(values, ("write",) if _WRITES.search(flags) or not flags else ("read",), node)

    def _on_fetch(self, values: list[Value], node: ast.Call, effect: Effect) -> None:
        """A reader that takes a path or a URL."""
        if urls := [v for v in values if "://" in folds.text(v)]:
            self._on_url(urls, node, effect)
        self.files([v for v in values if "://" not in folds.text(v)], ("read",), node)

    def _on_written(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        """`df.to_csv(…)` of whatever object: with a path it writes, without it gives a text."""
        self.files([v for v in values if isinstance(v, str)], ("write",), node)

    def _on_below(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        for folder in self.fold.values(node.func.value if isinstance(node.func, ast.Attribute) else None):
            self.files([folds.joined(folder, folds.text(v)) for v in values], ("list",), node)

    def _on_script(self, values: list[Value], node: ast.Call, effect: Effect) -> None:
        self.actions.add("dynamic")
        self.files(values, ("execute",), node)

    def _on_library(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions.add("native")
        self.files([v for v in values if "/" in folds.text(v)], ("execute",), node)

    # Network

    def _on_url(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions.add("network")
        for value in values:
            url = folds.text(value)
            if url[:7].lower() == "file://":
                self.files([url], ("read",), node)
            else:
                self.host(url, node)

    def _hosts(self, values: list[Value], node: ast.Call, scheme: str) -> None:
        self.actions.add("network")
        ports = [v for keyword in node.keywords if keyword.arg == "port" for v in self.fold.values(keyword.value)]
        ports += self.fold.values(node.args[1]) if len(node.args) > 1 else []
        port = next((p for p in ports if isinstance(p, int)), 0)
        for value in values:
            name = value[0] if isinstance(value, list) and value else value
            self.host(folds.text(name), node, scheme=scheme, port=port)

    def _on_address(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        """A socket's `(host, port)`; a text is the path of a Unix socket."""
        self.actions.add("network")
        for value in values:
            if isinstance(value, list) and value:
                port = value[1] if len(value) > 1 and isinstance(value[1], int) else 0
                self.host(folds.text(value[0]), node, scheme="tcp", port=port)
            elif isinstance(value, str) and value.startswith(("/", "\0")):
                self.files([value.lstrip("\0")], ("write",), node)
            else:
                self.host(HOLE if not isinstance(value, str) or value != IDLE else IDLE, node)

    def _on_resolve(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        for value in values:
            self.host(folds.text(value), node, scheme="dns", direction="resolve")

    def _on_forward(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions |= {"network", "listen"}
        self.builder.host(folds.text(values[0]) if values else "0.0.0.0", direction="forward", command=self.command)  # noqa: S104

    def _on_tunnel(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions |= {"network", "listen"}
        self.builder.host("tunnel.ngrok.com", scheme="https", direction="forward", command=self.command)

    def _on_bind(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions |= {"network", "listen"}
        for value in values:
            where = value[0] if isinstance(value, list) and value else value
            port = value[1] if isinstance(value, list) and len(value) > 1 and isinstance(value[1], int) else 0
            self.listen(folds.text(where), port)

    def _on_bound(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions |= {"network", "listen"}
        for value in values or ["127.0.0.1"]:
            self.listen(folds.text(value), 0)

    # Code

    def _on_code(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        """`exec` and its like: a literal is read in turn, decoded or not; anything else can't be known."""
        decoded = any(name.startswith(DECODERS) for name in self._inside(node))
        for source in map(folds.text, values):
            if source == IDLE or not self.once("code", source):
                continue
            self.actions.add("decode_execute" if decoded else "dynamic")
            if HOLE in source:
                self.unknown("code", "it runs code that can't be known", node)
            else:
                self.builder.code("python", source, self.command)

    def _inside(self, node: ast.Call) -> list[str]:
        """Dotted names of the calls in a call's arguments, names followed once."""
        calls = [n for argument in node.args for n in ast.walk(argument) if isinstance(n, ast.Call | ast.Name)]
        found = [name for n in calls for name in self.fold.names(n.func if isinstance(n, ast.Call) else n)]
        return [name.removesuffix("()") for name in found]

    def _on_module(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        for value in values:
            if HOLE in folds.text(value):
                self.dynamic("it imports a module whose name can't be known", node)

    def _on_dynamic(self, _: list[Value], node: ast.Call, __: Effect) -> None:
        self.dynamic("it makes code from data", node)

    def _on_native(self, _: list[Value], __: ast.Call, ___: Effect) -> None:
        self.actions.add("native")

    def _on_signal(self, _: list[Value], __: ast.Call, ___: Effect) -> None:
        self.actions.add("signal")

    def _on_sweep(self, _: list[Value], node: ast.Call, __: Effect) -> None:
        """Ends whichever processes a search finds, its own or not."""
        self.actions.add("signal")
        self.unknown("program", "it ends whichever processes a search finds", node)


def _argument(effect: Effect, node: ast.Call) -> ast.expr | None:
    """The argument an effect speaks about: the receiver for place -1, else by position or by one of its names."""
    if effect.place < 0:
        return node.func.value if isinstance(node.func, ast.Attribute) else None
    named = [keyword.value for keyword in node.keywords if keyword.arg in effect.names]
    if named:
        return named[0]
    starred = any(isinstance(argument, ast.Starred) for argument in node.args[: effect.place + 1])
    given = effect.place < len(node.args)
    if starred or (not given and any(keyword.arg is None for keyword in node.keywords)):
        return ast.Name(id=HOLE, ctx=ast.Load())
    return node.args[effect.place] if given else None


def _truthy(node: ast.Call, name: str) -> bool:
    return any(k.arg == name and not (isinstance(k.value, ast.Constant) and not k.value.value) for k in node.keywords)


def _name(node: ast.Call) -> str:
    return (
        node.func.attr
        if isinstance(node.func, ast.Attribute)
        else node.func.id
        if isinstance(node.func, ast.Name)
        else ""
    )
