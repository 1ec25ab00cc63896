"""What Python expressions are, as far as their text says: constants joined, names followed, decoders run on literals.

A value is a list of alternatives, since a name may be assigned twice and a loop runs over a list. A string that is only
partly known has a `HOLE` for each piece that isn't; `IDLE` stands for a parameter of a function that this text never
calls, whose effects therefore don't happen. Nothing is ever run: each function here is one of ours.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterable
from typing import Any

from callwarden.facts import folds
from callwarden.facts.code_names import Element, Idle, Names
from callwarden.facts.folds import HOLE, IDLE, Value

MAX_CHOICES = 8
MAX_STEPS = 50_000
MAX_DEPTH = 60
MAX_NAME = 256  # characters; `x = x.a` would make names without end
_OPERATORS: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: folds.add,
    ast.Mod: folds.percent,
    ast.Mult: folds.times,
    ast.Div: folds.divided,
    ast.BitXor: folds.xor,
}
_PATHS = {"pathlib.Path().glob()", "pathlib.Path().rglob()", "pathlib.Path().iterdir()"}


class Folder:
    """Values and dotted names of the expressions of one tree."""

    def __init__(self, names: Names, known: dict[str, str]) -> None:
        self._names = names
        self._known = known  # calls and names whose value the context gives: `os.getcwd()`, `pathlib.Path.home()` …
        self._kept: dict[int, tuple[ast.expr, list[Value]]] = {}  # with the node, so that its id is not used again
        self._open: set[int] = set()
        self._dotted: dict[int, tuple[ast.expr, list[str]]] = {}
        self._naming: set[int] = set()
        self._steps = 0

    def values(self, node: ast.expr | None) -> list[Value]:
        """The alternatives of an expression, at least one; `HOLE` for what can't be known."""
        if node is None:
            return [None]
        if id(node) in self._kept:
            return self._kept[id(node)][1]
        self._steps += 1
        if id(node) in self._open or self._steps > MAX_STEPS or len(self._open) > MAX_DEPTH:
            return [HOLE]
        self._open.add(id(node))
        try:
            found = _distinct(self._values(node))
        finally:
            self._open.discard(id(node))
        self._kept[id(node)] = (node, found)
        return found

    def _values(self, node: ast.expr) -> list[Value]:  # noqa: C901, PLR0911, PLR0912  # one short case an expression
        match node:
            case ast.Constant(value=value):
                return [value] if isinstance(value, str | bytes | int | float | None) else [HOLE]
            case Idle():
                return [IDLE]
            case Element():
                return self._elements(node)
            case ast.Name(id=name):
                return self._named(name)
            case ast.JoinedStr(values=parts):
                return self._all(parts, lambda *got: "".join(map(folds.text, got)))
            case ast.FormattedValue(value=inner, conversion=-1, format_spec=None):
                return self.values(inner)
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=str() as spec)])):
                return ["0" if folds.NUMBER_SPEC.fullmatch(spec) else HOLE]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return self._all([left, right], _OPERATORS[type(op)])
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return self._all([p.value if isinstance(p, ast.Starred) else p for p in parts], _spread(parts))
            case ast.IfExp(body=body, orelse=orelse):
                return [*self.values(body), *self.values(orelse)]
            case ast.BoolOp(values=parts):
                return [value for part in parts for value in self.values(part)]
            case ast.Subscript(value=inner, slice=index):
                return self._subscript(inner, index)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self.values(inner)
            case ast.ListComp(elt=inner) | ast.GeneratorExp(elt=inner):
                return [self.values(inner)]
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
                return [-number]
        return [HOLE]

    def _all(self, parts: Iterable[ast.expr], join: Callable[..., Value]) -> list[Value]:
        choices = itertools.product(*(self.values(part) for part in parts))
        return [folds.attempt(join, *chosen) for chosen in itertools.islice(choices, MAX_CHOICES)]

    def _named(self, name: str) -> list[Value]:
        assigned = self._names.assigned.get(name)
        if assigned is None or len(assigned) > 4 * MAX_CHOICES:
            return [self._known[d] for d in self._names.imports.get(name, ()) if d in self._known] or [HOLE]
        return [value for node in assigned for value in self.values(node)]

    def _elements(self, node: Element) -> list[Value]:
        found: list[Value] = []
        for whole in self.values(node.source):
            parts = whole if isinstance(whole, list) else [IDLE if whole == IDLE else HOLE]
            found += [folds.item(p, node.place) if node.place is not None else p for p in parts[:MAX_CHOICES]]
        return found or [HOLE]

    def _subscript(self, inner: ast.expr, index: ast.expr) -> list[Value]:
        if isinstance(index, ast.Slice):
            ends = [index.lower, index.upper, index.step]
            return self._all([inner, *(e or ast.Constant(value=None) for e in ends)], folds.sliced)
        environment = [d for d in self.names(inner) if d in {"os.environ", "os.environb"}]
        if environment:
            return [self._known.get(f"${folds.text(key)}", HOLE) for key in self.values(index)]
        return self._all([inner, index], folds.item)

    def _attribute(self, node: ast.Attribute) -> list[Value]:
        for dotted in self.names(node):
            if dotted in self._known:
                return [self._known[dotted]]
        assigned = self._names.assigned.get(f".{node.attr}", ())
        if node.attr in folds.PROPERTIES and not (assigned and _is_self(node.value)):
            return self._all([node.value], folds.PROPERTIES[node.attr])
        return [value for expression in assigned for value in self.values(expression)] or [HOLE]

    def _call(self, node: ast.Call) -> list[Value]:
        if any(isinstance(a, ast.Starred) for a in node.args):
            return [HOLE]
        for dotted in self.names(node.func):
            if f"{dotted}()" in self._known:
                return [self._known[f"{dotted}()"]]
            if dotted in {"os.environ.get", "os.getenv"}:
                return [self._known.get(f"${folds.text(v)}", HOLE) for key in node.args[:1] for v in self.values(key)]
            if dotted in folds.FUNCTIONS:
                return self._all(node.args, folds.FUNCTIONS[dotted])
        if isinstance(node.func, ast.Attribute) and node.func.attr in folds.METHODS:
            return self._all([node.func.value, *node.args], folds.METHODS[node.func.attr])
        return [HOLE]

    def names(self, node: ast.expr) -> list[str]:
        """The dotted names an expression may stand for: `subprocess.run`, `socket.socket().connect`."""
        if id(node) in self._dotted:
            return self._dotted[id(node)][1]
        self._steps += 1
        if id(node) in self._naming or self._steps > MAX_STEPS or len(self._naming) > MAX_DEPTH:
            return []
        self._naming.add(id(node))
        try:
            found = [name for name in dict.fromkeys(self._names_in(node)) if len(name) <= MAX_NAME][: 2 * MAX_CHOICES]
        finally:
            self._naming.discard(id(node))
        self._dotted[id(node)] = (node, found)
        return found

    def _names_in(self, node: ast.expr) -> list[str]:  # noqa: PLR0911  # one short case an expression
        match node:
            case ast.Name(id=name):
                return self._names_of(name)
            case ast.Attribute():
                return self._names_of_attribute(node)
            case ast.Call(func=func, args=args):
                return self._names_of_call(func, args)
            case ast.BinOp(left=inner, op=ast.Div()) | ast.Await(value=inner):
                return self.names(inner)
            case Element(source=source):
                return [_element(dotted) for dotted in self.names(source)]
            case ast.Subscript(value=inner, slice=ast.Constant(value=str() as key)):
                spaces = folds.NAMESPACES.intersection(self.names(inner))
                return [folds.canonical(f"{dotted}.{key}") for dotted in sorted(spaces)]
        return []

    def _names_of(self, name: str) -> list[str]:
        found = list(self._names.imports.get(name, ()))
        for expression in self._names.assigned.get(name, ())[:MAX_CHOICES]:
            found += self.names(expression)
        bound = name in self._names.imports or name in self._names.assigned
        return found if bound else [name]

    def _names_of_attribute(self, node: ast.Attribute) -> list[str]:
        stored = self._names.assigned.get(f".{node.attr}", ()) if _is_self(node.value) else ()
        found = [dotted for expression in stored[:MAX_CHOICES] for dotted in self.names(expression)]
        return found or [folds.canonical(f"{dotted}.{node.attr}") for dotted in self.names(node.value)]

    def _names_of_call(self, func: ast.expr, args: list[ast.expr]) -> list[str]:
        called = self.names(func)
        if {"__import__", "importlib.import_module", "importlib.__import__"} & set(called) and args:
            return [folds.text(value) for value in self.values(args[0])]
        if "getattr" in called and len(args) > 1:
            owners = self.names(args[0])
            return [folds.canonical(f"{o}.{folds.text(v)}") for o in owners for v in self.values(args[1])]
        return [folds.canonical(f"{dotted}()") for dotted in called]


def _spread(parts: list[ast.expr]) -> Callable[..., Value]:
    def join(*got: Value) -> Value:
        found: list[Any] = []
        for part, value in zip(parts, got, strict=True):
            if isinstance(part, ast.Starred) and isinstance(value, list):
                found += value
            else:
                found.append(value)
        return found

    return join


def _distinct(values: list[Value]) -> list[Value]:
    kept: list[Value] = []
    for value in values:
        if value not in kept or isinstance(value, bool):
            kept.append(value)
    return kept[:MAX_CHOICES] or [HOLE]


def _element(dotted: str) -> str:
    return "pathlib.Path()" if dotted in _PATHS else f"{dotted}[]"


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}
