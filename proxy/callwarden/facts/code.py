"""Code: what a program in another language does, as far as that can be read without running it."""

from __future__ import annotations

import re

from callwarden.facts import code_awk, code_python, code_scan, code_sed, code_sqlite
from callwarden.facts.builder import Builder

MAX_SOURCE = 1 << 17  # characters; more is data with a program around it
_PYTHON = re.compile(r"(?:i?python|pypy|py|jupyter|ipykernel|notebook|sage)[\d.]*(?:-\w+)*", re.IGNORECASE)
_AWK = frozenset({"awk", "gawk", "mawk", "nawk"})
_SHELL = frozenset({"bash", "sh", "shell", "zsh", "dash", "ksh", "shellscript", "console", "shell-session"})


def read(builder: Builder, language: str, source: str, command: int = -1) -> None:
    """Adds the facts of a program in `language`. What can't be read is opaque."""
    name = language.strip().lower()
    if len(source) > MAX_SOURCE:
        builder.opaque("code", f"a program of more than {MAX_SOURCE} characters", source, command=command)
    elif _PYTHON.fullmatch(name):
        code_python.read(builder, source, command, name)
    elif name in _SHELL:
        builder.shell(source, command)
    elif name == "sed" and code_sed.read(builder, source, command):
        return
    else:
        if name in _AWK:
            code_awk.read(builder, source, command)
        if name.startswith("sql"):
            code_sqlite.read(builder, source, command)
        code_scan.read(builder, name, source, command)
