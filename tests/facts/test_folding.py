"""What Python expressions are, and what their names stand for."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from callwarden.facts.code_names import Names
from callwarden.facts.folding import MAX_CHOICES, Folder
from callwarden.facts.folds import HOLE, IDLE, MAX_SIZE


def folded(source: str) -> tuple[list[Any], list[str]]:
    """Values and dotted names of the last expression of a program."""
    tree = ast.parse(source)
    last = tree.body[-1]
    assert isinstance(last, ast.Expr)
    fold = Folder(Names(tree), {"$HOME": "/home/agent"})
    return fold.values(last.value), fold.names(last.value)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("'a' + 'b' * 2", "abb"),
        ("('a', 'b')[1]", "b"),
        ("'abc'[::-1]", "cba"),
        ("[1, *[2, 3]]", [1, 2, 3]),
        ("'a b'.split()", ["a", "b"]),
        ("f'{1:03d}x'", "0x"),
        ("import os\nos.environ['HOME']", "/home/agent"),
        ("import os\nos.environ.get('HOME')", "/home/agent"),
        ("x = 'a'\nx += 'b'\nx", "ab"),
        ("a, b = 'x', 'y'\nb", "y"),
        ("from pathlib import Path\nPath('a') / 'b' / 'c'", "a/b/c"),
        ("from pathlib import Path\nPath('a/b.txt').with_suffix('.md')", "a/b.md"),
        ("from pathlib import Path\nPath('a/b').parent", "a"),
        ("'x' if y else 'x'", "x"),
    ],
)
def test_an_expression_is_what_its_text_says(source: str, value: object) -> None:
    assert value in folded(source)[0]


@pytest.mark.parametrize(
    "source",
    [
        "x",
        "f(x)",
        "'a' * 10**9",
        "chr(-1)",
        "'{0.__class__}'.format(1)",
        "'%d' % 'x'",
        "b'\\xff'.decode(x)",
        "[1][5]",
        "1 / 0",
    ],
)
def test_what_can_t_be_known_is_a_hole(source: str) -> None:
    values, _ = folded(source)
    assert all(HOLE in str(value) or value == HOLE for value in values)


def test_a_name_that_is_assigned_twice_has_both_values() -> None:
    assert folded("x = 'a'\nif y: x = 'b'\nx")[0] == ["a", "b"]


def test_alternatives_and_sizes_are_bounded() -> None:
    many = "\n".join(f"x = '{n}'" for n in range(20))
    assert len(folded(f"{many}\nx + x")[0]) <= MAX_CHOICES
    assert all(len(str(value)) <= MAX_SIZE for value in folded("x = 'a' * 60000\nx + x")[0])


def test_a_parameter_of_a_function_that_is_never_called_is_idle() -> None:
    tree = ast.parse("def f(x):\n    return x")
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    returned = function.body[0]
    assert isinstance(returned, ast.Return)
    assert Folder(Names(tree), {}).values(returned.value) == [IDLE]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import os.path as p\np.join", "os.path.join"),
        ("from os import system as s\ns", "os.system"),
        ("import socket\ns = socket.socket()\ns.connect", "socket.socket().connect"),
        ("from pathlib import Path\n(Path.home() / 'a').parent.read_text", "pathlib.Path().read_text"),
        ("import os\ngetattr(os, 'system')()", "os.system()"),
        ("__import__('os').system", "os.system"),
        ("import builtins\nbuiltins.exec", "exec"),
        ("globals()['__builtins__'].exec", "exec"),
        ("open", "open"),
    ],
)
def test_a_name_is_followed_to_what_it_was_imported_or_made_as(source: str, name: str) -> None:
    assert name in folded(source)[1]
