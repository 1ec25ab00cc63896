"""The tables that ship: their words are those of the contract, their patterns compile, nothing stands in them twice."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from callwarden.facts import credentials, files, places
from callwarden.facts.context import Context

CONTRACT = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text()


def words(heading: str) -> set[str]:
    paragraph = CONTRACT.partition(heading)[2].partition("\n\n")[0]
    return set(re.findall(r"`([a-z_]+)`", paragraph))


def test_classes_of_paths_are_those_of_the_contract(tables: dict[str, Any]) -> None:
    assert set(tables["paths"]["classes"]) == words("Words for path classes")


def test_classes_of_hosts_are_those_of_the_contract(tables: dict[str, Any]) -> None:
    assert set(tables["hosts"]["classes"]) == words("Words for host classes")


def test_every_entry_of_paths_and_hosts_says_why(tables: dict[str, Any]) -> None:
    entries = [entry for table in ("paths", "hosts") for group in tables[table]["classes"].values() for entry in group]
    assert all(entry["reason"] for entry in entries)


def test_no_name_stands_twice_in_a_class(tables: dict[str, Any]) -> None:
    for name, group in tables["hosts"]["classes"].items():
        names = Counter(n for entry in group for n in entry.get("names", ()))
        assert [n for n, count in names.items() if count > 1] == [], name


def test_names_and_addresses_are_written_as_they_are_compared(context: Context, tables: dict[str, Any]) -> None:
    from callwarden.facts import hosts

    names = [
        n
        for group in tables["hosts"]["classes"].values()
        for e in group
        for n in (*e.get("names", ()), *e.get("addresses", ()))
    ]
    assert [n for n in names if hosts.read(n, port=0, scheme="", context=context)["name"] != n] == []


@pytest.mark.parametrize("compiled", [files.table, places.table, credentials.table])
def test_every_table_compiles(context: Context, compiled: Any) -> None:
    assert compiled(context)


def test_every_credential_pattern_has_a_keyword_that_its_finds_hold(tables: dict[str, Any]) -> None:
    assert all(entry["keywords"] for entry in tables["secrets"]["patterns"])
    assert all(keyword == keyword.lower() for entry in tables["secrets"]["patterns"] for keyword in entry["keywords"])
