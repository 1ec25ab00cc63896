"""The table of programs: the one that ships is sound, and a bad entry is named."""

from __future__ import annotations

from typing import Any

import pytest

from callwarden.facts.shell.table import Table, table


def test_the_table_that_ships_compiles(tables: dict[str, Any]) -> None:
    Table(tables["programs"]).check()


def test_each_name_means_one_program(tables: dict[str, Any]) -> None:
    names = [name for entry in tables["programs"]["programs"].values() for name in str(entry.get("names", "")).split()]
    assert {name for name in names if name.startswith("-")} == set()


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"style": "odd"}, "style 'odd'"),
        ({"options": {"-o": "wriet"}}, "'wriet' is none of"),
        ({"options": {"-o": "write run"}}, "actions are written"),
        ({"options": {"o": "write"}}, "'o' is no option"),
        ({"operands": "raed*"}, "'raed' is none of"),
        ({"like": "nothing"}, "no program of the table"),
        ({"like": "x"}, "no program of the table"),
        ({"subcommands": {"a": {"odd": 1}}}, "x a: unknown key"),
        ({"settings": {"a": "odd"}}, "'odd' is none of"),
    ],
)
def test_a_bad_entry_is_named(entry: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Table({"programs": {"x": entry}}).check()


def test_a_malformed_table_knows_nothing() -> None:
    assert table({"programs": {"programs": {"x": {"odd": 1}}}}).find("x") is None
    assert table({"programs": {"nonsense": 1}}).find("x") is None


@pytest.mark.parametrize("name", ["x", "y", "x3", "x3.11", "x-12", "x.exe"])
def test_versions_and_other_names_are_the_same_program(name: str) -> None:
    assert Table({"programs": {"x": {"names": "y"}}}).find(name) is not None


def test_an_entry_like_another_has_its_keys() -> None:
    made = Table({"programs": {"a": {"flags": "-v", "operands": "read*"}, "b": {"like": "a", "operands": "write*"}}})
    spec = made.find("b")
    assert spec is not None
    assert "-v" in spec.options
    assert spec.operands == ("write*",)
