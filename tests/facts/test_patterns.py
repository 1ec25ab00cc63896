"""Path patterns: anchors, `**`, exceptions, and paths that are globs themselves."""

from __future__ import annotations

import pytest

from callwarden.facts.patterns import Patterns

TABLE = {
    "secret": [
        {"paths": ["~/.ssh/**", "/etc/shadow", "**/.env", "**/*.pem"], "except": ["~/.ssh/*.pub"]},
        {"paths": ["/srv/**/keys/*.key"]},
    ],
    "vcs": [{"paths": ["{workspace}/.git/**"]}],
}


def classes(path: str) -> list[str]:
    segments = [part for part in path.split("/") if part]
    return Patterns(TABLE).classes(segments, home=["home", "agent"], workspace=["workspace"])


@pytest.mark.parametrize(
    "path",
    [
        "/etc/shadow",
        "/ETC/Shadow",
        "/home/agent/.ssh",
        "/home/agent/.ssh/keys/id",
        "/root/.ssh/id_rsa",
        "/home/other/.ssh/id_rsa",
        "/Users/other/.ssh/id_rsa",
        "/workspace/a/b/.env",
        "/.env",
        "/srv/keys/a.key",
        "/srv/a/b/keys/a.key",
        "/etc/sh?dow",
        "/home/*/.ssh/id_rsa",
        "/workspace/.e*",
    ],
)
def test_a_pattern_finds_what_it_means(path: str) -> None:
    assert classes(path) == ["secret"]


@pytest.mark.parametrize(
    "path",
    [
        "/etc/shadows",
        "/etc",
        "/home/agent/.ssh/id_rsa.pub",
        "/opt/etc/shadow",
        "/srv/keys/a/b.key",
        "/workspace/*",
        "/x.env",
    ],
)
def test_a_pattern_finds_nothing_else(path: str) -> None:
    assert classes(path) == []


def test_a_pattern_of_the_workspace_holds_there_alone() -> None:
    assert classes("/workspace/.git/hooks/pre-push") == ["vcs"]
    assert classes("/elsewhere/.git/hooks/pre-push") == []


def test_an_exception_takes_back_only_what_its_own_entry_found() -> None:
    table = {"a": [{"paths": ["/x/**"], "except": ["/x/y"]}], "b": [{"paths": ["/x/**"]}]}
    assert Patterns(table).classes(["x", "y"], home=[], workspace=[]) == ["b"]


def test_a_path_of_unknown_beginning_is_found_by_unanchored_patterns_alone() -> None:
    assert Patterns(TABLE).loose(["app", ".env"]) == ["secret"]
    assert Patterns(TABLE).loose(["etc", "shadow"]) == []


def test_a_pattern_without_an_anchor_is_an_error_that_says_so() -> None:
    with pytest.raises(ValueError, match="anchor"):
        Patterns({"secret": [{"paths": ["etc/shadow"]}]})
