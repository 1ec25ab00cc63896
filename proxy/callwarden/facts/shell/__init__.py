"""Shell text and argument lists. Until they can be read here, both are unparsable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from callwarden.facts.builder import Builder

Origin = Literal["text", "wrapper", "substitution", "heredoc", "decoded", "code", "argv"]


def read(builder: Builder, text: str, parent: int = -1) -> None:
    builder.opaque("text", "shell text can't be read", text, command=parent)
    builder.unparsable("shell text can't be read")


def read_argv(
    builder: Builder, argv: Sequence[str], *, exe: str | None = None, parent: int = -1, origin: Origin = "argv"
) -> int:
    builder.opaque("program", f"an argument list ({origin}) can't be read", exe or " ".join(argv), command=parent)
    builder.unparsable("an argument list can't be read")
    return -1
