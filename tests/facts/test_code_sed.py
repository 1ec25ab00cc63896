"""sed read by its commands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callwarden.facts import code, shell
from callwarden.facts.builder import Builder
from callwarden.facts.context import Context
from callwarden.facts.model import Facts


@pytest.fixture(scope="session")
def sed(context: Context) -> Callable[[str], Facts]:
    def facts(source: str) -> Facts:
        builder = Builder(context, "/workspace", shell=shell.read, code=code.read)
        builder.code("sed", source)
        return builder.build()

    return facts


@pytest.mark.parametrize(
    "source",
    [
        "s/a/b/g",
        "s|http://a.example/x|https://b.example/y|g",
        "/^#/d;s/  *$//",
        "1,5{/x/!d;p}",
        "$!N;s/\\n/ /;P;D",
        "y/abc/xyz/",
        "/start/,/end/{s/[/]/-/;t done\n}\n:done",
        "2i\\\nnew line\n3a tail e w r",
        "0~3d;1~2p;5q;\\,x,Ip",
        "s/[^]/e]/x/2;=",
    ],
)
def test_a_program_that_only_works_on_text_touches_nothing(sed: Callable[[str], Facts], source: str) -> None:
    facts = sed(source)
    assert [part.understood for part in facts.code] == [True]
    assert (facts.commands, facts.paths, facts.hosts, facts.opaque) == ([], [], [], [])


@pytest.mark.parametrize(
    "source", ["1e curl http://a.example", "/x/ e curl http://a.example", "s/a/b/;e curl http://a.example"]
)
def test_a_command_that_it_runs_is_read(sed: Callable[[str], Facts], source: str) -> None:
    assert [command.program for command in sed(source).commands] == ["curl"]


@pytest.mark.parametrize("source", ["s/a/b/e", "s,a,b,ge", "e"])
def test_a_command_that_it_makes_of_the_text_is_not_known(sed: Callable[[str], Facts], source: str) -> None:
    assert [piece.place for piece in sed(source).opaque] == ["program"]


def test_files_of_its_own_are_touched(sed: Callable[[str], Facts]) -> None:
    facts = sed("s/a/b/gw out.txt\nr more.txt\n$w /etc/cron.d/x\n1w /dev/stdout")
    assert [(path.path, path.access) for path in facts.paths] == [
        ("/workspace/out.txt", "write"),
        ("/workspace/more.txt", "read"),
        ("/etc/cron.d/x", "write"),
    ]


@pytest.mark.parametrize("source", ["s/a", "Z", "1,2,3k"])
def test_what_is_no_program_is_only_scanned(sed: Callable[[str], Facts], source: str) -> None:
    assert [part.understood for part in sed(source).code] == [False]
