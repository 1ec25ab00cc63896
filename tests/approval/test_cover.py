from typing import Any

import pytest

from callwarden.approval.cover import covers, shown
from callwarden.facts.model import Command, Facts, Host, PathAccess
from callwarden.testing import finding


def command(path: str, *args: str, unknown: tuple[int, ...] = ()) -> Facts:
    made = Command(
        part="commands/0",
        program=path.rsplit("/", maxsplit=1)[-1],
        path=path,
        kind="path" if "/" in path else "name",
        args=[*args],
        unknown_args=[*unknown],
        options={},
        operands=[],
        understood=True,
        actions=[],
        wrappers=[],
    )
    return Facts(parts=["commands/0"], commands=[made])


def host(name: str, port: int, **fields: Any) -> Facts:
    made = Host(
        part="hosts/0",
        name=name,
        address="",
        port=port,
        scheme="ssh",
        direction="connect",
        kind="name",
        classes=[],
        known=fields.get("known", True),
        userinfo=False,
        written=name,
    )
    return Facts(parts=["hosts/0"], hosts=[made])


def path(name: str, access: Any, **fields: Any) -> Facts:
    made = PathAccess(
        part="paths/0",
        path=name,
        written=name,
        access=access,
        root="",
        classes=[],
        known=fields.get("known", True),
        pattern=fields.get("pattern", False),
    )
    return Facts(parts=["paths/0"], paths=[made])


@pytest.mark.parametrize(
    ("seen", "effect", "covered"),
    [
        (command("ssh", "host"), command("/usr/bin/ssh", "host"), True),
        (command("ssh", "host"), command("/tmp/ssh", "host"), False),
        (command("./run.sh"), command("./run.sh"), True),
        (command("ssh", "host"), command("ssh", "host", "-R", "1:2:3"), False),
        (command("ssh", "a b"), command("ssh", "a", "b"), False),
        (command("ssh", "$X", unknown=(0,)), command("ssh", "$X", unknown=(0,)), False),
        (host("h.example", 22), host("h.example", 22), True),
        (host("h.example", 22), host("h.example", 443), False),
        (host("h.example", 0), host("h.example", 0), False),
        (host("h.example", 22, known=False), host("h.example", 22, known=False), False),
        (path("/a", "write"), path("/a", "write"), True),
        (path("/a", "read"), path("/a", "write"), False),
        (path("/a/*", "read", pattern=True), path("/a/*", "read", pattern=True), False),
    ],
)
def test_a_grant_covers_what_was_shown_and_nothing_else(seen: Facts, effect: Facts, covered: bool) -> None:
    escalated = [finding("escalate", part=effect.parts[0])]
    assert covers(shown(seen), escalated, effect) is covered


def test_every_escalated_part_must_have_been_shown() -> None:
    seen, effect = command("ssh", "h"), command("ssh", "h")
    effect.parts.append("hosts/0")
    effect.hosts = host("other", 22).hosts
    both = [finding("escalate", part="commands/0"), finding("escalate", part="hosts/0")]
    assert not covers(shown(seen), both, effect)
    assert covers(shown(seen), both[:1], effect)


@pytest.mark.parametrize("part", ["call", "opaque/0", "code/0", "commands/7"])
def test_what_cannot_be_compared_is_not_covered(part: str) -> None:
    assert not covers(shown(command("ls")), [finding("escalate", part=part)], command("ls"))


def test_nothing_escalated_needs_no_grant_and_gets_none() -> None:
    assert not covers(shown(command("ls")), [finding("allow", part="commands/0")], command("ls"))
