"""How random a text looks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.facts import randomness


@given(st.text(max_size=200))
def test_entropy_is_never_negative_nor_above_that_of_distinct_characters(text: str) -> None:
    assert -1e-9 <= randomness.entropy(text) <= 8


def test_one_character_over_and_over_has_no_entropy() -> None:
    assert randomness.entropy("x" * 40) == 0
    assert randomness.entropy("") == 0


@pytest.mark.parametrize("text", ["da39a3ee5e6b4b0d3255bfef95601890afd80709", "123e4567-e89b-12d3-a456-426614174000"])
def test_digests_and_uuids_are_hashes(text: str) -> None:
    assert randomness.is_hash(text)


@pytest.mark.parametrize("text", ["q7Xw2mZ9vK4tR8nB", "prefix_q7Xw2mZ9vK4tR8nB"])
def test_letters_mixed_with_digits_are_random(text: str) -> None:
    assert randomness.is_random(text)
    assert not randomness.is_hash(text)


@pytest.mark.parametrize("text", ["some_ordinary_name", "path/to/a/file.txt", "version-1.20.300", "2024-01-01T00"])
def test_words_paths_and_versions_are_not_random(text: str) -> None:
    assert not randomness.is_random(text)
