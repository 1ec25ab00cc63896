"""Which way a transfer between two places goes."""

from __future__ import annotations

import pytest

from callwarden.call import parse
from callwarden.engine import bundle
from callwarden.facts.context import Context
from callwarden.facts.derive import derive


@pytest.fixture(scope="module")
def starter() -> Context:
    return Context(tables=bundle.load(bundle.starter()).tables)


@pytest.mark.parametrize(
    ("command", "action"),
    [
        ("git clone https://example.org/a", "download"),
        ("git clone git@example.org:a b", "download"),
        ("scp example.org:a b", "download"),
        ("scp a example.org:b", "upload"),
        ("rsync -a example.org:a .", "download"),
        ("rsync -a . example.org:b", "upload"),
    ],
)
def test_the_last_of_two_ends_is_where_it_goes(starter: Context, command: str, action: str) -> None:
    found = derive(parse({"id": "c", "kind": "shell", "command": command}), starter)
    assert {"download", "upload"} & set(found.commands[0].actions) == {action}
