"""Which reader a language goes to."""

from __future__ import annotations

import pytest

from callwarden.facts import code
from callwarden.facts.builder import MAX_DEPTH, Builder
from callwarden.facts.context import Context


@pytest.mark.parametrize(
    ("language", "understood"),
    [
        ("python", True),
        ("Python3", True),
        ("python3.12", True),
        ("ipython", True),
        ("pypy3", True),
        ("node", False),
        ("unheard-of", False),
    ],
)
def test_python_in_any_name_is_understood_and_nothing_else(context: Context, language: str, understood: bool) -> None:
    builder = Builder(context, "/workspace", shell=lambda *_: None, code=code.read)
    builder.code(language, "x = 1")
    assert [block.understood for block in builder.build().code] == [understood]


def test_code_in_code_without_end_is_opaque(context: Context) -> None:
    builder = Builder(context, "/workspace", shell=lambda *_: None, code=code.read)
    builder.depth = MAX_DEPTH - 1
    builder.code("python", "exec('exec(1)')")
    assert [opaque.reason for opaque in builder.build().opaque] == [f"nested more than {MAX_DEPTH} deep"]
