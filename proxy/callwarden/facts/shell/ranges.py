"""Where a value lies that can't be known but is bounded: names that a search prints, and what is cut off or put on.

A range is a path with `*` for a piece without a slash and `**` for any number of them, as in `Value.path`.
"""

from __future__ import annotations

import re

from callwarden.facts.shell.options import Reading
from callwarden.facts.shell.values import KNOWN, TAME, Value

FILTERS = frozenset({"grep", "egrep", "fgrep", "sort", "uniq", "head", "tail"})  # what comes out went in, line by line
_LISTS_TEXT = """
    --name-only --files -l --files-with-matches -L --files-without-match --files-with-match -rl -Rl -lr -ril -rli
"""
LISTS = frozenset(_LISTS_TEXT.split())  # options by which a search prints names alone
BELOW = "**"


def printed(program: str, args: list[Value], reading: Reading) -> Value | None:
    """The range of each line that a program prints, if it is one of names below where it runs."""
    if program == "basename" and args:
        return _tame("*")
    if program == "dirname" and len(args) == 1 and args[0].sure:
        return _parent(args[0])
    if reading.spec.output == "files":
        return below(reading.operands, reading.options)
    if program == "git":
        return _git(reading)
    searches = program in {"grep", "egrep", "fgrep", "rg", "ag", "ack"} and LISTS & reading.options.keys()
    if program == "ls" and not {"-a", "--all"} & reading.options.keys() and all(map(_stays, args)):
        only = reading.operands[0] if len(reading.operands) == 1 else Value("")
        return _tame(only.text if only.known and re.fullmatch(r"[\w*?-]*\*\.\w+", only.text) else BELOW)
    return _tame(BELOW) if searches and all(map(_stays, args)) else None


def below(folders: list[Value], options: dict[str, list[str]]) -> Value | None:
    """The files that a search finds: below one folder, with the name that was asked for."""
    known = [folder for folder in folders if folder.text not in {"(", ")", "!", ","}]
    folder = known[0] if known else Value(".")
    if len(known) > 1 or not folder.sure:
        return None
    names = options.get("-name", [])
    name = names[0] if len(names) == 1 and not re.search(r"[$`/]", names[0]) else "*"
    path = f"{folder.as_path.rstrip('/')}/**/{name}"
    return Value(path, KNOWN, True) if folder.known else Value(folder.text, TAME, True, path)


def passes(program: str, operands: list[str], options: dict[str, list[str]]) -> bool:
    """A filter that is given no file of its own hands on what it was fed."""
    patterns = program in {"grep", "egrep", "fgrep"} and not {"-e", "-f"} & options.keys()
    return program in FILTERS and "-o" not in options and len(operands) <= patterns


def changed(path: str, operator: str, argument: Value) -> str:
    """The range after `${name…}`, or nothing where it could be anywhere."""
    relative = not path.startswith(("/", "~"))
    if operator in {"%", "%%"} and argument.known:
        plain = not re.search(r"[*?/\[]", argument.text)
        folder = path.rpartition("/")[0]
        return (f"{folder}/*" if folder else "*") if plain else BELOW if relative else ""
    if operator == "##" and argument.text == "*/":
        return "*"
    if operator == "#" and argument.text == "./":
        return path
    return BELOW if relative and operator[:1] in {"^", ","} else ""


def _git(reading: Reading) -> Value | None:
    names = [value.text for value in reading.operands]
    if names[:1] == ["ls-files"] or (names[:1] in (["diff"], ["log"], ["show"], ["grep"]) and _listing(reading)):
        return _tame(BELOW) if all(map(_stays, reading.operands)) else None
    return None


def _listing(reading: Reading) -> bool:
    return bool({"--name-only", "-l", "-L", "--files-with-matches"} & reading.options.keys())


def _stays(value: Value) -> bool:
    return bool(value.sure) and not re.match(r"[/~]|.*(^|/)\.\.(/|$)", value.as_path)


def _parent(value: Value) -> Value | None:
    path = value.as_path.rstrip("/")
    if value.known and not path.startswith("-"):
        return Value(path.rpartition("/")[0] or ("/" if path.startswith("/") else "."))
    folder = path.rpartition("/")[0] or "."
    return _tame(path if path.endswith(BELOW) else folder) if path else None


def _tame(path: str) -> Value:
    return Value(path, TAME, True, path)
