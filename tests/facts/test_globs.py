"""Globs of one segment: against names, and against each other."""

from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.facts import globs


@pytest.mark.parametrize(
    ("glob", "name"),
    [
        ("sh?dow", "shadow"),
        ("*", "shadow"),
        (".*", ".ssh"),
        ("id_[re]*", "id_rsa"),
        ("*.PEM", "key.pem"),
        ("[!a]x", "bx"),
    ],
)
def test_a_glob_matches_the_names_it_could_mean(glob: str, name: str) -> None:
    assert globs.matches(glob, name)


@pytest.mark.parametrize(("glob", "name"), [("*", ".ssh"), ("?ssh", ".ssh"), ("sh?dow", "shdow"), ("*.pem", "key.pub")])
def test_a_glob_does_not_match_other_names_nor_a_leading_dot(glob: str, name: str) -> None:
    assert not globs.matches(glob, name)


@pytest.mark.parametrize(
    ("one", "other"), [("id_*", "*_rsa"), ("a*", "*b"), ("*", "*"), ("[ab]x", "?x"), ("a[0-9]", "a5")]
)
def test_two_globs_overlap_where_one_name_fits_both(one: str, other: str) -> None:
    assert globs.overlap(one, other)
    assert globs.overlap(other, one)


@pytest.mark.parametrize(("one", "other"), [("a*", "b*"), ("*.pem", "*.pub"), ("??", "???"), ("[ab]", "c")])
def test_two_globs_do_not_overlap_where_no_name_fits_both(one: str, other: str) -> None:
    assert not globs.overlap(one, other)
    assert not globs.overlap(other, one)


@given(
    st.lists(st.sampled_from(["a", "b", "*", "?", "[ab]", "[!a]", "[a-b]", "[0-9]"]), max_size=8).map("".join),
    st.text("abc", max_size=8),
)
def test_a_glob_and_a_name_agree_with_fnmatch(glob: str, name: str) -> None:
    assert globs.overlap(glob, name) == fnmatch.fnmatchcase(name, glob)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert globs.overlap(one, other) == globs.overlap(other, one)


def test_what_a_glob_says_of_a_name_is_its_literal_part_and_its_beginning() -> None:
    assert globs.literal("id_[re]*a?") == "id_a"
    assert globs.prefix("id_[re]*") == "id_"
