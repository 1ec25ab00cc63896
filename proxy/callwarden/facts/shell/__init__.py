"""Shell text and argument lists to facts: every simple command, at any depth, and what its options make it do.

`grammar` reads the text by bash's own rules, `second` holds it against an independent grammar, `reader` walks the
result, `options` reads each argument list by the table of programs, and `effects` turns that into facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from callwarden.facts.builder import Builder
from callwarden.facts.shell.commands import Run
from callwarden.facts.shell.reader import Reader
from callwarden.facts.shell.scope import Frame, Scope
from callwarden.facts.shell.values import TAME, Value

Origin = Literal["text", "wrapper", "substitution", "heredoc", "decoded", "code", "argv", "script"]


def read(builder: Builder, text: str, parent: int = -1) -> None:
    """Adds the commands of a shell text, and all that they name. What can't be read is `unparsable`."""
    reader = Reader(builder)
    wrappers = _wrappers(builder, parent)
    scope = Scope(cwd=builder.cwd)
    if parent < 0:  # no script: the shell's own name, and nothing that was sourced
        scope.variables |= {"0": Value("$0", TAME, path="bash"), "BASH_SOURCE": Value("")}
    reader.text(text, scope, Frame(parent=parent, wrappers=wrappers))


def read_argv(
    builder: Builder, argv: Sequence[str], *, exe: str | None = None, parent: int = -1, origin: Origin = "argv"
) -> int:
    """Adds the command that an argument list starts, and returns its index. `exe`: the file that runs, if known."""
    reader = Reader(builder)
    frame = Frame(parent=parent, origin=origin, wrappers=_wrappers(builder, parent))
    index = builder.command(**reader.blank(frame))
    values = [Value(text) for text in argv] or [Value(exe or "")]
    called = _called(reader, argv, exe)
    if called and _multicall(reader, exe):
        values = [values[0], Value(called), *values[1:]]
    reader.start(Run(index, Scope(cwd=builder.cwd), frame), values, exe)
    if called and not reader.table.find(_base(exe)):
        read_argv(builder, [called, *argv[1:]], parent=index, origin="wrapper")
    return index


def _called(reader: Reader, argv: Sequence[str], exe: str | None) -> str:
    """The name that a file is started by, where the file has another: `nc` for busybox, a renamed copy, an alternative.

    Anybody may start a file by any name, so what the name means is judged beside what the file is, never instead.
    """
    name = _base(argv[0]) if argv else ""
    return name if exe and name != _base(exe) and reader.table.find(name) else ""


def _multicall(reader: Reader, exe: str | None) -> bool:
    spec = reader.table.find(_base(exe))
    return spec is not None and spec.multicall


def _base(path: str | None) -> str:
    return (path or "").rstrip("/").rsplit("/", 1)[-1]


def _wrappers(builder: Builder, parent: int) -> tuple[str, ...]:
    commands = builder.commands
    if not 0 <= parent < len(commands):
        return ()
    return (*commands[parent].wrappers, commands[parent].program)
