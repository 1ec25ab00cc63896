"""The effects of Python calls, put into facts: commands to the shell reader, paths, hosts, code, or opaque."""

from __future__ import annotations

import ast
import re
import shlex

from callwarden.facts import folds
from callwarden.facts.builder import Builder
from callwarden.facts.code_calls import DECODERS, FILES, SCHEMES, Effect
from callwarden.facts.folding import Folder
from callwarden.facts.folds import HOLE, IDLE, Value
from callwarden.facts.model import Access, Place

MAX_SHOWN = 200
_WRITES = re.compile(r"O_(?:WRONLY|RDWR|CREAT|APPEND|TRUNC)")
# The words of an open(2)-like mode; archives and HDF5 use the same
_MODES: tuple[tuple[str, tuple[Access, ...]], ...] = (
    ("+", ("read", "write")),
    ("a", ("append",)),
    ("w", ("write",)),
    ("x", ("create",)),
)


class Effects:
    """Adds what calls do to a builder, each thing once; collects actions and the reasons for what can't be known."""

    def __init__(self, builder: Builder, fold: Folder, command: int) -> None:
        self.actions: set[str] = set()
        self.reasons: list[str] = []
        self._builder, self._fold, self._command = builder, fold, command
        self._done: set[tuple[str, ...]] = set()

    def of(self, effect: Effect, node: ast.Call) -> None:
        what = effect.what
        values = self._fold.values(_argument(effect, node)) if _argument(effect, node) is not None else []
        if what in FILES:
            self._files(values, (what,), node)  # type: ignore[arg-type]
        elif what in SCHEMES:
            self._hosts(values, node, what)
        else:
            handler = getattr(self, f"_on_{what}")
            handler(values, node, effect)

    # Processes

    def _on_shell(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions |= {"process", "shell"}
        for value in values:
            self._run(value, node)

    def _on_command(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        """subprocess: a list is an argv unless a shell is asked for, and then its first element is the text."""
        shell = _truthy(node, "shell")
        self.actions |= {"process", "shell"} if shell else {"process"}
        for value in values:
            self._run(value[0] if shell and isinstance(value, list) and value else value, node)

    def _on_argv(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions.add("process")
        for value in values:
            self._run(value, node)

    def _on_rest(self, _: list[Value], node: ast.Call, effect: Effect) -> None:
        """`execl(path, arg0, arg1 …)`: the first is the program again, the arguments follow."""
        self.actions.add("process")
        parts = [self._fold.values(part)[0] for part in node.args[effect.place :]]
        starred = any(isinstance(part, ast.Starred) for part in node.args)
        named = parts[:1] + parts[2:] if _name(node).startswith(("execl", "spawnl")) else parts
        self._run(HOLE if starred and len(parts) < 2 else named or HOLE, node)

    def _on_remote(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions.add("network")
        for value in values or [HOLE]:
            if self._once("remote", folds.text(value)) and folds.text(value) != IDLE:
                self.unknown("program", "it runs a command on another machine", node)

    def _run(self, value: Value, node: ast.Call) -> None:
        argv = [folds.text(part) for part in value] if isinstance(value, list) else None
        program = argv[0] if argv else folds.text(value)
        if not program or program == IDLE or not self._once("run", *(argv or [program])):
            return
        if program.startswith(HOLE) and (argv is None or program == HOLE):
            self.unknown("program", "it runs a command that can't be known", node)
            return
        text = " ".join(map(_quoted, argv)) if argv else program.replace(HOLE, "$unknown").replace(IDLE, "$unknown")
        self._builder.shell(text, self._command)

    # Files

    def _on_mode(self, values: list[Value], node: ast.Call, effect: Effect) -> None:
        """`open(path, mode)`; without a mode it reads."""
        self._opened(values, node, effect.place + 1)

    def _on_self(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self._opened(values, node, 0)

    def _opened(self, values: list[Value], node: ast.Call, place: int) -> None:
        modes = self._fold.values(_argument(Effect("mode", place, ("mode",)), node) or ast.Constant(value="r"))
        for mode in modes:
            said = folds.text(mode)
            accesses = next((found for letter, found in _MODES if letter in said), ("read",))
            self._files(values, ("read", "write") if HOLE in said else accesses, node)

    def _on_flags(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        flags = " ".join(_shown(argument) for argument in node.args[1:])
        self._files(values, ("write",) if _WRITES.search(flags) or not flags else ("read",), node)

    def _on_fetch(self, values: list[Value], node: ast.Call, effect: Effect) -> None:
        """A reader that takes a path or a URL."""
        if urls := [v for v in values if "://" in folds.text(v)]:
            self._on_url(urls, node, effect)
        self._files([v for v in values if "://" not in folds.text(v)], ("read",), node)

    def _on_written(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        """`df.to_csv(…)` of whatever object: with a path it writes, without it gives a text."""
        self._files([v for v in values if isinstance(v, str)], ("write",), node)

    def _on_below(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        for folder in self._fold.values(node.func.value if isinstance(node.func, ast.Attribute) else None):
            self._files([folds.joined(folder, folds.text(v)) for v in values], ("list",), node)

    def _on_script(self, values: list[Value], node: ast.Call, effect: Effect) -> None:
        self.actions.add("dynamic")
        self._files(values, ("execute",), node)

    def _on_library(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions.add("native")
        self._files([v for v in values if "/" in folds.text(v)], ("execute",), node)

    def _files(self, values: list[Value], accesses: tuple[Access, ...], node: ast.Call) -> None:
        for value in [part for v in values for part in (v if isinstance(v, list) else [v])]:
            if isinstance(value, str | bytes) and folds.text(value):
                for access in accesses:
                    self._file(folds.text(value), access, node)

    def _file(self, path: str, access: Access, node: ast.Call) -> None:
        if IDLE in path or not self._once(access, path):
            return
        self.actions.add("delete" if access == "delete" else "file")
        if path.startswith(HOLE):
            rest = path.strip(HOLE)
            if len(rest) > 1:  # `base / ".ssh" / "id_rsa"`: the end alone may have a class
                self._builder.path(
                    "$unknown" + path[1:].replace(HOLE, "$unknown"), access, command=self._command, known=False
                )
            self.unknown("read" if access in {"read", "list"} else "write", f"it may {access} any file", node)
            return
        known = HOLE not in path
        self._builder.path(path.replace(HOLE, "$unknown"), access, command=self._command, known=known)

    # Network

    def _on_url(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions.add("network")
        for value in values:
            url = folds.text(value)
            if url[:7].lower() == "file://":
                self._files([url], ("read",), node)
            else:
                self._host(url, node)

    def _hosts(self, values: list[Value], node: ast.Call, scheme: str) -> None:
        self.actions.add("network")
        ports = [v for keyword in node.keywords if keyword.arg == "port" for v in self._fold.values(keyword.value)]
        ports += self._fold.values(node.args[1]) if len(node.args) > 1 else []
        port = next((p for p in ports if isinstance(p, int)), 0)
        for value in values:
            name = value[0] if isinstance(value, list) and value else value
            self._host(folds.text(name), node, scheme=scheme, port=port)

    def _on_address(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        """A socket's `(host, port)`; a text is the path of a Unix socket."""
        self.actions.add("network")
        for value in values:
            if isinstance(value, list) and value:
                port = value[1] if len(value) > 1 and isinstance(value[1], int) else 0
                self._host(folds.text(value[0]), node, scheme="tcp", port=port)
            elif isinstance(value, str) and value.startswith(("/", "\0")):
                self._files([value.lstrip("\0")], ("write",), node)
            else:
                self._host(HOLE if not isinstance(value, str) or value != IDLE else IDLE, node)

    def _on_resolve(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        for value in values:
            self._host(folds.text(value), node, scheme="dns", direction="resolve")

    def _on_forward(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions |= {"network", "listen"}
        self._builder.host(folds.text(values[0]) if values else "0.0.0.0", direction="forward", command=self._command)  # noqa: S104

    def _on_tunnel(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions |= {"network", "listen"}
        self._builder.host("tunnel.ngrok.com", scheme="https", direction="forward", command=self._command)

    def _on_bind(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions |= {"network", "listen"}
        for value in values:
            where = value[0] if isinstance(value, list) and value else value
            port = value[1] if isinstance(value, list) and len(value) > 1 and isinstance(value[1], int) else 0
            self._listen(folds.text(where), port)

    def _on_bound(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        self.actions |= {"network", "listen"}
        for value in values or ["127.0.0.1"]:
            self._listen(folds.text(value), 0)

    def _listen(self, where: str, port: int) -> None:
        if self._once("listen", where, str(port)):
            address = where if where and HOLE not in where and IDLE not in where else "0.0.0.0"  # noqa: S104  # bind(2): any
            self._builder.host(address, port=port, scheme="tcp", direction="listen", command=self._command)

    def _host(self, text: str, node: ast.Call, *, scheme: str = "", port: int = 0, direction: str = "connect") -> None:
        authority = re.split(r"(?<=[^/:])/", text, maxsplit=1)[0]
        if IDLE in authority or not self._once("host", authority, str(port)):
            return
        if not authority or HOLE in authority:
            self.unknown("host", "it connects to a host that can't be known", node)
            return
        shown = text.replace(HOLE, "unknown").replace(IDLE, "unknown")
        self._builder.host(shown, scheme=scheme, port=port, direction=direction, command=self._command)

    # Code

    def _on_code(self, values: list[Value], node: ast.Call, _: Effect) -> None:
        """`exec` and its like: a literal is read in turn, decoded or not; anything else can't be known."""
        decoded = any(name.startswith(DECODERS) for name in self._inside(node))
        for source in map(folds.text, values):
            if source == IDLE or not self._once("code", source):
                continue
            self.actions.add("decode_execute" if decoded else "dynamic")
            if HOLE in source:
                self.unknown("code", "it runs code that can't be known", node)
            else:
                self._builder.code("python", source, self._command)

    def _inside(self, node: ast.Call) -> list[str]:
        """Dotted names of the calls in a call's arguments, names followed once."""
        calls = [n for argument in node.args for n in ast.walk(argument) if isinstance(n, ast.Call | ast.Name)]
        found = [name for n in calls for name in self._fold.names(n.func if isinstance(n, ast.Call) else n)]
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

    def _on_sweep(self, _: list[Value], __: ast.Call, ___: Effect) -> None:
        """Ends whichever processes a search finds: what `pkill` does."""
        self.actions.add("signal")
        if self._once("sweep"):
            self._builder.shell("pkill $unknown", self._command)

    def dynamic(self, reason: str, node: ast.AST) -> None:
        self.actions.add("dynamic")
        self.unknown("code", reason, node)

    def unknown(self, place: Place, reason: str, node: ast.AST) -> None:
        self.reasons.append(reason)
        self._builder.opaque(place, reason, _shown(node), command=self._command)

    def _once(self, *key: str) -> bool:
        if key in self._done:
            return False
        self._done.add(key)
        return True


def _argument(effect: Effect, node: ast.Call) -> ast.expr | None:
    """The argument an effect speaks about: the receiver for place -1, else by position or by one of its names."""
    if effect.place < 0:
        return node.func.value if isinstance(node.func, ast.Attribute) else None
    named = [keyword.value for keyword in node.keywords if keyword.arg in effect.names]
    if named:
        return named[0]
    if any(isinstance(argument, ast.Starred) for argument in node.args[: effect.place + 1]):
        return ast.Name(id=HOLE, ctx=ast.Load())
    return node.args[effect.place] if effect.place < len(node.args) else None


def _shown(node: ast.AST) -> str:
    try:
        return ast.unparse(node)[:MAX_SHOWN]
    except RecursionError:  # an expression of a thousand terms
        return ""


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


def _quoted(argument: str) -> str:
    """The argument as shell writes it; an unknown piece as a variable, which stays one word in double quotes."""
    if HOLE not in argument and IDLE not in argument:
        return shlex.quote(argument)
    pieces = re.split(f"[{HOLE}{IDLE}]", argument)
    return '"$unknown"'.join(shlex.quote(piece) if piece else "" for piece in pieces)
