"""Which way a transfer between two places goes."""

from __future__ import annotations

import pytest

from callwarden.call import parse
from callwarden.facts.context import Context
from callwarden.facts.derive import derive


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
def test_the_last_of_two_ends_is_where_it_goes(context: Context, command: str, action: str) -> None:
    found = derive(parse({"id": "c", "kind": "shell", "command": command}), context)
    assert {"download", "upload"} & set(found.commands[0].actions) == {action}


@pytest.mark.parametrize(
    "command",
    ["mvn install -DrepoUrl=http://a.example/x", "./gradlew -PrepoUrl=http://a.example", "frob u=http://a.example/x"],
)
def test_an_address_in_a_setting_is_a_host(context: Context, command: str) -> None:
    found = derive(parse({"id": "c", "kind": "shell", "command": command}), context)
    assert [host.name for host in found.hosts] == ["a.example"]


def test_other_settings_are_none(context: Context) -> None:
    found = derive(parse({"id": "c", "kind": "shell", "command": "mvn test -Dtest=A,B -DskipITs -Dx=a:b"}), context)
    assert found.hosts == []
