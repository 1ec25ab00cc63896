"""Names in a Python program: which expressions each may stand for, and what it was imported as.

Flow does not matter here: a name that is assigned twice may be either. A parameter is what the calls in the same text
give it; with none it is `Idle`, since what such a function does does not happen.
"""

from __future__ import annotations

import ast


class Element(ast.expr):
    """One element of an iterable, `place` in each element if that is a tuple that is unpacked."""

    def __init__(self, source: ast.expr, place: int | None = None) -> None:
        super().__init__()
        self.source, self.place = source, place


class Idle(ast.expr):
    """A parameter that nothing in this text gives a value to."""


class Unknown(ast.expr):
    """A value from outside of the text."""


class Names:
    """Which expressions each name may stand for, and which dotted names it was imported as."""

    def __init__(self, tree: ast.AST) -> None:
        self.imports: dict[str, set[str]] = {}
        self.modules: set[str] = set()
        self.assigned: dict[str, list[ast.expr]] = {}
        calls, loose = _uses(tree)
        for node in ast.walk(tree):
            self._import(node)
            self._assign(node)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                self._parameters(node, calls, loose)

    def _import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.modules.add(alias.name)
                name = alias.asname or alias.name.partition(".")[0]
                self.imports.setdefault(name, set()).add(alias.name if alias.asname else name)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or "."
            self.modules.add(module)
            for alias in node.names:
                self.imports.setdefault(alias.asname or alias.name, set()).add(f"{module}.{alias.name}")

    def _assign(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
                self._bind(target, value)
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                before = list(self.assigned.get(name, ()))[-1:]
                self._bind(target, *(ast.BinOp(left=left, op=op, right=value) for left in before))
            case ast.For(target=target, iter=source) | ast.AsyncFor(target=target, iter=source):
                self._bind(target, Element(source))
            case ast.comprehension(target=target, iter=source):
                self._bind(target, Element(source))
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self._bind(target, value)

    def _bind(self, target: ast.expr, *values: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.assigned.setdefault(target.id, []).extend(values or (Unknown(),))
        elif isinstance(target, ast.Attribute):
            self.assigned.setdefault(f".{target.attr}", []).extend(values or (Unknown(),))
        elif isinstance(target, ast.Tuple | ast.List):
            for place, part in enumerate(target.elts):
                self._bind(part, *(_part(value, place) for value in values))

    def _parameters(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        calls: dict[str, list[ast.Call]],
        loose: set[str],
    ) -> None:
        name = "" if isinstance(node, ast.Lambda) else node.name
        sites, given = calls.get(name, []), _defaults(node.args)
        positional = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        skipped = 1 if positional[:1] in (["self"], ["cls"]) else 0
        for place, parameter in enumerate(positional[skipped:]):
            values = [v for call in sites for v in _argument(call, place, parameter)]
            values += [given[parameter]] if parameter in given else []
            outside = name in loose or isinstance(node, ast.Lambda)
            self.assigned.setdefault(parameter, []).extend(values or [Unknown() if outside or sites else Idle()])
        for only in node.args.kwonlyargs:
            found = [v for call in sites for v in _argument(call, -1, only.arg)]
            self.assigned.setdefault(only.arg, []).extend(found or [given.get(only.arg, Unknown())])


def _uses(tree: ast.AST) -> tuple[dict[str, list[ast.Call]], set[str]]:
    """The calls by the name called (the last part of a dotted one), and the names that are passed around uncalled."""
    calls: dict[str, list[ast.Call]] = {}
    called: set[int] = set()
    loose: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            calls.setdefault(name, []).append(node)
            called.add(id(node.func))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called:
            loose.add(node.id)
    return calls, loose


def _defaults(args: ast.arguments) -> dict[str, ast.expr]:
    positional = [a.arg for a in (*args.posonlyargs, *args.args)]
    given = dict(zip(positional[len(positional) - len(args.defaults) :], args.defaults, strict=True))
    return given | {a.arg: d for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is not None}


def _argument(call: ast.Call, place: int, name: str) -> list[ast.expr]:
    named = [keyword.value for keyword in call.keywords if keyword.arg == name]
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    if named or starred:
        return named or [Unknown()]
    return [call.args[place]] if 0 <= place < len(call.args) else []


def _part(value: ast.expr, place: int) -> ast.expr:
    if isinstance(value, ast.Tuple | ast.List) and place < len(value.elts):
        return value.elts[place]
    if isinstance(value, Element):
        return Element(value.source, place)
    return ast.Subscript(value=value, slice=ast.Constant(value=place))
