"""The functions that folding knows: total over any values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.facts import folds

_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.text(max_size=20), st.binary(max_size=20), st.integers(-100, 100), st.none(), st.just(folds.HOLE)),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted([*folds.FUNCTIONS, *folds.METHODS])), st.lists(_VALUES, max_size=3))
def test_any_function_of_any_values_is_a_value_or_a_hole(name: str, values: list[Any]) -> None:
    for table in (folds.FUNCTIONS, folds.METHODS):
        if name in table:
            found = folds.attempt(table[name], *values)
            assert not isinstance(found, str | bytes | list) or len(found) <= folds.MAX_SIZE


@given(_VALUES, _VALUES)
def test_any_two_values_can_be_joined(one: Any, other: Any) -> None:
    for operator in (folds.add, folds.times, folds.percent, folds.joined, folds.xor, folds.item):
        folds.attempt(operator, one, other)


@pytest.mark.parametrize(
    ("dotted", "name"),
    [
        ("pathlib.Path.home()", "pathlib.Path()"),
        ("pathlib.PosixPath().parent.resolve().unlink", "pathlib.Path().unlink"),
        ("builtins.eval", "eval"),
        ("os.path.join", "os.path.join"),
    ],
)
def test_every_way_to_make_a_path_has_one_name(dotted: str, name: str) -> None:
    assert folds.canonical(dotted) == name


def test_a_bomb_does_not_go_off() -> None:
    import zlib

    assert len(folds.FUNCTIONS["zlib.decompress"](zlib.compress(b"x" * 10_000_000))) <= folds.MAX_SIZE
    assert folds.attempt(folds.formatted, "{:>1000000000}", "x") == folds.HOLE
