"""Where the effects of Python calls end up in the facts: commands to the shell reader, paths, hosts, or opaque.

Each thing is added once, however often a program does it. A `HOLE` in a command or a path is a variable there; where it
leaves nothing to go by, the place is opaque.
"""

from __future__ import annotations

import ast
import re
import shlex

from callwarden.facts import folds
from callwarden.facts.builder import Builder
from callwarden.facts.folding import Folder
from callwarden.facts.folds import HOLE, IDLE, Value
from callwarden.facts.model import Access, Place

MAX_SHOWN = 200


class Sink:
    """Adds what calls do to a builder; collects actions and the reasons for what can't be known."""

    def __init__(self, builder: Builder, fold: Folder, command: int) -> None:
        self.actions: set[str] = set()
        self.reasons: list[str] = []
        self.builder, self.fold, self.command = builder, fold, command
        self._done: set[tuple[str, ...]] = set()

    def run(self, value: Value, node: ast.Call) -> None:
        argv = [folds.text(part) for part in value] if isinstance(value, list) else None
        program = argv[0] if argv else folds.text(value)
        if not program or program == IDLE or not self.once("run", *(argv or [program])):
            return
        if program.startswith(HOLE) and (argv is None or program == HOLE):
            self.unknown("program", "it runs a command that can't be known", node)
            return
        text = " ".join(map(_quoted, argv)) if argv else program.replace(HOLE, "$unknown").replace(IDLE, "$unknown")
        self.builder.shell(text, self.command)

    def files(self, values: list[Value], accesses: tuple[Access, ...], node: ast.Call) -> None:
        for value in [part for v in values for part in (v if isinstance(v, list) else [v])]:
            if isinstance(value, str | bytes) and folds.text(value):
                for access in accesses:
                    self.file(folds.text(value), access, node)

    def file(self, path: str, access: Access, node: ast.Call) -> None:
        if IDLE in path or not self.once(access, path):
            return
        self.actions.add("delete" if access == "delete" else "file")
        if path.startswith(HOLE):
            rest = path.strip(HOLE)
            if len(rest) > 1:  # `base / ".ssh" / "id_rsa"`: the end alone may have a class
                self.builder.path(
                    "$unknown" + path[1:].replace(HOLE, "$unknown"), access, command=self.command, known=False
                )
            self.unknown("read" if access in {"read", "list"} else "write", f"it may {access} any file", node)
            return
        known = HOLE not in path
        self.builder.path(path.replace(HOLE, "$unknown"), access, command=self.command, known=known)

    def host(self, text: str, node: ast.Call, *, scheme: str = "", port: int = 0, direction: str = "connect") -> None:
        authority = re.split(r"(?<=[^/:])/", text, maxsplit=1)[0]
        if IDLE in authority or not self.once("host", authority, str(port)):
            return
        if not authority or HOLE in authority:
            self.unknown("host", "it connects to a host that can't be known", node)
            return
        shown = text.replace(HOLE, "unknown").replace(IDLE, "unknown")
        self.builder.host(shown, scheme=scheme, port=port, direction=direction, command=self.command)

    def listen(self, where: str, port: int) -> None:
        if self.once("listen", where, str(port)):
            address = where if where and HOLE not in where and IDLE not in where else "0.0.0.0"  # noqa: S104  # bind(2): any
            self.builder.host(address, port=port, scheme="tcp", direction="listen", command=self.command)

    def dynamic(self, reason: str, node: ast.AST) -> None:
        self.actions.add("dynamic")
        self.unknown("code", reason, node)

    def unknown(self, place: Place, reason: str, node: ast.AST) -> None:
        self.reasons.append(reason)
        self.builder.opaque(place, reason, shown(node), command=self.command)

    def once(self, *key: str) -> bool:
        if key in self._done:
            return False
        self._done.add(key)
        return True


def shown(node: ast.AST) -> str:
    try:
        return ast.unparse(node)[:MAX_SHOWN]
    except RecursionError:  # an expression of a thousand terms
        return ""


def _quoted(argument: str) -> str:
    """The argument as shell writes it; an unknown piece as a variable, which stays one word in double quotes."""
    if HOLE not in argument and IDLE not in argument:
        return shlex.quote(argument)
    pieces = re.split(f"[{HOLE}{IDLE}]", argument)
    return '"$unknown"'.join(shlex.quote(piece) if piece else "" for piece in pieces)
