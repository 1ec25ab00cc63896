"""Data files say the same to every reader, or they are an error with a line."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.engine.plain import read
from callwarden.errors import BundleError


def test_plain_values_are_read_as_they_stand() -> None:
    text = b"""
text: a
quoted: "no"
single: '2026-01-31'
number: 12
negative: -3
fraction: 0.5
yes_: true
nothing: null
empty:
list: [a, 1]
nested: {a: {b: c}}
block: |
  012
address: 10.0.0.1
version: 1.2.3
"""
    assert read("data.yaml", text) == {
        "text": "a",
        "quoted": "no",
        "single": "2026-01-31",
        "number": 12,
        "negative": -3,
        "fraction": 0.5,
        "yes_": True,
        "nothing": None,
        "empty": None,
        "list": ["a", 1],
        "nested": {"a": {"b": "c"}},
        "block": "012\n",
        "address": "10.0.0.1",
        "version": "1.2.3",
    }


@pytest.mark.parametrize(
    "scalar",
    [
        "no",
        "Yes",
        "on",
        "012",
        "0o17",
        "0x1F",
        "0b11",
        "1_000",
        "1:30",
        "1e3",
        "1.5e+3",
        ".5",
        ".inf",
        ".nan",
        "+5",
        "2026-01-31",
        "2026-1-2",
        "2026-01-31T10:00:00Z",
        "99999999999999999999",
        "=",
        "<<",
    ],
)
def test_a_scalar_that_is_read_in_two_ways_must_be_quoted(scalar: str) -> None:
    with pytest.raises(BundleError, match=r"^x/data.yaml:2: .*quote it"):
        read("x/data.yaml", f"a: 1\nb: {scalar}\n".encode())
    assert read("x/data.yaml", f'a: 1\nb: "{scalar}"\n'.encode())["b"] == scalar


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"a: 1\nb: 2\na: 3\n", r"data.yaml:3: the key 'a' stands here twice"),
        (b"a:\n  b: {c: 1, c: 2}\n", r"data.yaml:2: the key 'c' stands here twice"),
        (b"a: &x [1]\nb: *x\n", r"data.yaml:1: anchors and aliases"),
        (b"a: !!binary aGk=\n", r"data.yaml:1: "),
        (b"a: !mine b\n", r"data.yaml:1: "),
        (b"a: !!set {b, c}\n", r"data.yaml:1: tags are not read"),
        (b"a: 1\n3: b\n", r"data.yaml:2: a key is text"),
        (b"a: [1\nb: 2\n", r"data.yaml:2: "),
        (b"a: 1\n\tb: 2\n", r"data.yaml:2: "),
        (b"a: 1\n---\nb: 2\n", r"data.yaml:2: "),
        (b"- a\n", r"data.yaml:1: a data file holds a mapping, this holds a list"),
        (b"", r"data.yaml:1: a data file holds a mapping, this holds nothing"),
        (b"a: 1\nb: \xff\n", r"data.yaml:2: not UTF-8"),
        (b"a: \x00\n", r"data.yaml:1: "),
    ],
)
def test_what_cant_be_read_is_an_error_with_a_line(text: bytes, problem: str) -> None:
    with pytest.raises(BundleError, match=problem):
        read("data.yaml", text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b'{"a": 1,\n "b": }', r"data.json:2: "),
        (b'{"a": 1,\n "a": 2}', r"data.json:2: the key 'a' stands here twice"),
        (b'{"a":\n NaN}', r"data.json:2: NaN is not JSON"),
        (b"[1]", r"data.json:1: a data file holds a mapping"),
        (b"[" * 100_000, r"data.json:1: nested too deeply"),
    ],
)
def test_json_is_held_to_the_same(text: bytes, problem: str) -> None:
    with pytest.raises(BundleError, match=problem):
        read("data.json", text)


@pytest.mark.parametrize("depth", [100, 600, 20_000])
@pytest.mark.parametrize("name", ["data.yaml", "data.json"])
def test_data_nested_out_of_all_proportion_is_an_error(name: str, depth: int) -> None:
    with pytest.raises(BundleError, match=rf"{name}:1: (nested too deeply|.*nesting depth)"):
        read(name, b'{"a": ' + b"[" * depth + b"]" * depth + b"}")


@given(st.binary(max_size=200) | st.text(alphabet="ab:&*!-[]{},'\"|>#% \n\t01.e", max_size=80).map(str.encode))
def test_any_bytes_are_a_mapping_or_a_bundle_error(content: bytes) -> None:
    for name in ("data.yaml", "data.json"):
        with suppress(BundleError):
            assert isinstance(read(name, content), dict)
