"""Tables are compiled once, and only as long as they are in use."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from callwarden.call import parse
from callwarden.facts.compiled import MAX_KEPT, Compiled
from callwarden.facts.context import Context
from callwarden.facts.derive import derive


def test_a_table_is_compiled_once_and_another_one_anew() -> None:
    numbers = itertools.count(1)
    table = Compiled("t", lambda _: next(numbers))
    one, other = Context(tables={"t": {"a": 1}}), Context(tables={"t": {"a": 1}})
    assert [table(one), table(one), table(other), table(one)] == [1, 1, 2, 1]
    assert table(Context()) == table(Context())


def test_old_tables_are_let_go() -> None:
    table = Compiled("t", dict)
    contexts = [Context(tables={"t": {"n": n}}) for n in range(3 * MAX_KEPT)]
    assert [table(context)["n"] for context in contexts] == list(range(3 * MAX_KEPT))
    assert len(table._kept) == MAX_KEPT


@pytest.mark.parametrize(
    "tables",
    [
        {"paths": {"classes": {"x": [{"paths": ["no/anchor"]}]}}},
        {"paths": []},
        {"paths": {"roots": 5}},
        {"paths": {"classes": {"x": 5}}},
    ],
)
def test_a_malformed_table_is_unparsable_facts_not_fewer(tables: dict[str, Any]) -> None:
    found = derive(
        parse({"id": "c", "kind": "file", "operation": "read", "path": "/etc/shadow"}), Context(tables=tables)
    )
    assert found.unparsable
