"""The builtins of bash (its manual, "Shell Builtin Commands"), and those that change what a text means further on."""

from __future__ import annotations

import re

from callwarden.facts.shell.scope import Scope, Variable
from callwarden.facts.shell.values import KNOWN, UNKNOWN, Value

_NAMES_TEXT = """
    . : [ [[ (( alias bg bind break builtin caller cd command compgen complete compopt continue
    declare dirs disown echo enable eval exec exit export false fc fg getopts hash help history jobs
    kill let local logout mapfile popd printf pushd pwd read readarray readonly return set shift
    shopt source suspend test times trap true type typeset ulimit umask unalias unset wait
"""
NAMES = frozenset(_NAMES_TEXT.split())
READERS = frozenset({"read", "mapfile", "readarray", "getopts", "printf", "let", "wait"})
DECLARERS = frozenset({"export", "declare", "typeset", "local", "readonly"})
MAX_GROWN = 1 << 17
_ASSIGN = re.compile(r"([A-Za-z_]\w*)(\+?)=(.*)", re.ASCII | re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def apply(program: str, args: list[Value], scope: Scope) -> None:
    """What a builtin does to the scope."""
    if program in DECLARERS:
        _declare(args, scope, refers=program != "export")
    elif program in READERS:
        scope.forget({arg.text for arg in args if _NAME.fullmatch(arg.text)} | ({"REPLY", "MAPFILE", "OPTARG"}))
    elif program == "unset":
        scope.forget({arg.text for arg in args})
    elif program in {"cd", "pushd", "popd"}:
        _change(program, args, scope)
    elif program == "set":
        scope.positional = _positional(args, scope)
    elif program == "shift" and scope.positional is not None:
        scope.positional = scope.positional[1:] if not args else None
    elif program == "alias":
        for arg in args:
            name, equals, text = arg.text.partition("=")
            if equals:
                scope.aliases[name] = text if arg.sure == KNOWN else ""


def assign(scope: Scope, name: str, value: Value, append: bool) -> None:
    name = scope.named(name)
    old: Variable = scope.variables.get(name)
    if not append:
        scope.variables[name] = value
    elif isinstance(old, Value):
        grown = len(old.text) + len(value.text) <= MAX_GROWN
        scope.variables[name] = Value(old.text + value.text, min(old.sure, value.sure)) if grown else None
    else:
        scope.variables[name] = None


def _declare(args: list[Value], scope: Scope, *, refers: bool) -> None:
    refers = refers and any(re.fullmatch(r"-[a-zA-Z]*n[a-zA-Z]*", arg.text) for arg in args)
    for arg in args:
        found = _ASSIGN.match(arg.text)
        if found and refers:
            scope.references[found[1]] = found[3] if arg.sure == KNOWN else ""
        elif found:
            path = arg.path.partition("=")[2]
            assign(scope, found[1], Value(found[3], arg.sure, arg.glob, path), bool(found[2]))


def _positional(args: list[Value], scope: Scope) -> list[Value] | None:
    texts = [arg.text for arg in args]
    if "--" in texts:
        return args[texts.index("--") + 1 :]
    if args and args[0].text[:1] not in {"-", "+"}:
        return args
    return scope.positional


def _change(program: str, args: list[Value], scope: Scope) -> None:
    operands = [arg for arg in args if not re.fullmatch(r"-[LPe@n]+|--", arg.text)]
    old = scope.cwd
    scope.others = scope.others | {old}
    if program == "popd" or not (operands or program == "cd"):
        scope.cwd = ""
        return
    if not operands:
        scope.cwd = "~"
        return
    target = operands[0]
    text = target.as_path
    if target.sure == UNKNOWN or text.startswith(("-", "+")) or len(scope.others) > 4:
        scope.cwd = ""
    elif text.startswith(("/", "~")):
        scope.cwd = text
    else:
        scope.cwd = f"{old}/{text}" if old else ""
