"""sqlite3: its dot commands and functions, by which a query runs programs and touches files."""

from __future__ import annotations

import re

from callwarden.facts.builder import Builder
from callwarden.facts.model import Access

_DOT = re.compile(r"^\s*\.(\w+)[ \t]+([^\n]+)", re.MULTILINE)
_FUNCTION = re.compile(r"(?i)\b(readfile|writefile|load_extension|edit)\s*\(\s*'([^']{1,1024})'")
_RUNS = ("shell", "system")
_ACCESSES: dict[str, Access] = {
    "import": "read",
    "read": "read",
    "restore": "read",
    "archive": "read",
    "open": "write",
    "load": "execute",
    "output": "write",
    "once": "write",
    "backup": "write",
    "save": "write",
    "log": "write",
    "trace": "write",
    "clone": "write",
    "readfile": "read",
    "writefile": "write",
    "load_extension": "execute",
}


def read(builder: Builder, source: str, command: int) -> None:
    """Adds what the dot commands of a script touch and run; a name may be cut short, as sqlite3 lets it."""
    for name, rest in _DOT.findall(source):
        if len(name) > 2 and any(word.startswith(name) for word in _RUNS):
            builder.shell(rest, command)
            continue
        known = next((word for word in _ACCESSES if len(name) > 2 and word.startswith(name)), None)
        if known:
            _file(builder, known, rest, command)
    for name, path in _FUNCTION.findall(source):
        if name.lower() in _ACCESSES:
            builder.path(path, _ACCESSES[name.lower()], command=command)


def _file(builder: Builder, name: str, rest: str, command: int) -> None:
    words = [word for word in re.findall(r"\"[^\"]*\"|'[^']*'|\S+", rest) if not word.startswith("-")]
    target = words[0].strip("\"'") if words else ""
    if target.startswith("|"):
        builder.shell(rest.partition("|")[2].strip("\"' "), command)
    elif target not in {"", "stdout", "off", "on"}:
        builder.path(target, _ACCESSES[name], command=command)
