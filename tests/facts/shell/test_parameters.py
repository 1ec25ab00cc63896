"""`${name…}` over a known value, as bash has it."""

from __future__ import annotations

import pytest

from callwarden.facts.shell.parameters import MAX_VALUE, changed


@pytest.mark.parametrize(
    ("value", "operator", "argument", "result"),
    [
        ("a/b/c", "#", "*/", "b/c"),
        ("a/b/c", "##", "*/", "c"),
        ("a/b/c", "%", "/*", "a/b"),
        ("a/b/c", "%%", "/*", "a"),
        ("abc", "#", "x", "abc"),
        ("aXa", "/", "a/b", "bXa"),
        ("aXa", "//", "a/b", "bXb"),
        ("aXa", "/#", "a/b", "bXa"),
        ("aXa", "/%", "a/b", "aXb"),
        ("aXa", "//", "a", "X"),
        ("abc", "//", "?/x", None),
        ("abcdef", ":", "1:2", "bc"),
        ("abcdef", ":", " -2", "ef"),
        ("abcdef", ":", "1:-1", "bcde"),
        ("abcdef", ":", "n", None),
        ("ab", "^^", "", "AB"),
        ("ab", "^", "", "Ab"),
        ("AB", ",,", "", "ab"),
        ("AB", ",", "", "aB"),
        ("ab", "^^", "a", None),
        ("ab", "@", "Q", None),
        ("a" * (MAX_VALUE + 1), "#", "b", None),
    ],
)
def test_a_value_is_changed_or_not_known(value: str, operator: str, argument: str, result: str | None) -> None:
    assert changed(value, operator, argument) == result
