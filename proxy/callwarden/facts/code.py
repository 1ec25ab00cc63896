"""Code: what a program in another language does, as far as that can be read without running it."""

from __future__ import annotations

from callwarden.facts.builder import Builder

MAX_SOURCE = 1 << 18  # characters; more is data with a program around it


def read(builder: Builder, language: str, source: str, command: int = -1) -> None:
    """Adds the facts of a program in `language`. What can't be read is opaque."""
    builder.add_code(
        language=language.lower(),
        imports=[],
        actions=[],
        understood=False,
        opaque=["not read"],
        bytes=len(source.encode(errors="replace")),
        command=command,
    )
    builder.opaque("code", "the program was not read", source, command=command)
