from typing import Any

import pytest

from callwarden.decision import Effect
from callwarden.document import State
from callwarden.facts.model import Facts, Host, PathAccess
from callwarden.session.state import Began, Completed, Decided, Voted, after, taints


def path(access: Any, *classes: str) -> PathAccess:
    return PathAccess(
        part="paths/0", path="/x", written="/x", access=access, root="", classes=[*classes], known=True, pattern=False
    )


def host(kind: Any, direction: Any = "connect") -> Host:
    return Host(
        part="hosts/0",
        name="h",
        address="",
        port=443,
        scheme="https",
        direction=direction,
        kind=kind,
        classes=[],
        known=True,
        userinfo=False,
        written="h",
    )


def test_events_count() -> None:
    state = State()
    for event in (Began("shell", "tool"), Decided(Effect.ALLOW, True), Completed()):
        state = after(state, event)
    assert state.counters == {
        "calls": 1,
        "calls_shell": 1,
        "calls_at_tool": 1,
        "allow": 1,
        "run": 1,
        "completed": 1,
    }


def test_a_new_taint_moves_the_epoch_and_an_old_one_does_not() -> None:
    tainted = after(State(), Decided(Effect.ALLOW, True, frozenset({"read_secret"})))
    assert (tainted.taint, tainted.epoch) == (["read_secret"], 1)
    assert after(tainted, Completed(frozenset({"read_secret"}))).epoch == 1
    assert after(tainted, Completed(frozenset({"read_untrusted"}))).taint == ["read_secret", "read_untrusted"]


def test_a_taint_nobody_knows_is_not_taken() -> None:
    assert after(State(), Completed(frozenset({"harmless"}))).taint == []


def test_a_vote_moves_the_epoch() -> None:
    assert after(State(), Voted()).epoch == 1


@pytest.mark.parametrize(
    ("facts", "taint"),
    [
        (Facts(), set()),
        (Facts(paths=[path("read", "secret")]), {"read_secret"}),
        (Facts(paths=[path("read")]), set()),
        (Facts(paths=[path("write", "secret")]), set()),
        (Facts(paths=[path("chmod")]), {"wrote_executable"}),
        (Facts(hosts=[host("public")]), {"read_untrusted"}),
        (Facts(hosts=[host("name")]), {"read_untrusted"}),
        (Facts(hosts=[host("loopback")]), set()),
        (Facts(hosts=[host("name", "resolve")]), set()),
    ],
)
def test_what_a_call_leaves_behind(facts: Facts, taint: set[str]) -> None:
    assert taints(facts) == taint
