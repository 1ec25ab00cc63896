"""Shell text and argument lists to facts, against the tables that ship."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callwarden.facts import code, shell
from callwarden.facts.builder import Builder
from callwarden.facts.context import Context
from callwarden.facts.model import Facts

Read = Callable[[str], Facts]


@pytest.fixture(scope="session")
def read(context: Context) -> Read:
    def facts(text: str) -> Facts:
        builder = Builder(context, "/workspace", shell=shell.read, code=code.read)
        builder.shell(text)
        return builder.build()

    return facts


@pytest.fixture(scope="session")
def programs(read: Read) -> Callable[[str], list[str]]:
    return lambda text: [command.program for command in read(text).commands]
