import pytest

from callwarden.call import Session
from callwarden.document import Cause
from callwarden.session import live
from callwarden.session.live import Conflict, Fresh, Live, Seen, Window


@pytest.fixture
def running() -> Live[str]:
    return Live(Session(id="s"))


def test_a_call_is_fresh_then_seen_and_its_id_is_taken(running: Live[str]) -> None:
    fresh = running.enter("c1", "digest")
    assert isinstance(fresh, Fresh)
    fresh.answer.set_result("yes")
    seen = running.enter("c1", "digest")
    assert isinstance(seen, Seen)
    assert seen.answer.result(0) == "yes"
    assert isinstance(running.enter("c1", "other"), Conflict)


def test_a_forgotten_call_is_fresh_again(running: Live[str]) -> None:
    running.enter("c1", "digest")
    running.forget("c1")
    running.forget("c1")
    assert isinstance(running.enter("c1", "other"), Fresh)


def test_memory_is_bounded(running: Live[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "REMEMBERED", 2)
    monkeypatch.setattr(live, "OPEN", 2)
    for name in "abc":
        running.enter(name, "digest")
        running.opened(name, Window(name, "tool"))
    assert isinstance(running.enter("a", "digest"), Fresh)
    assert running.window("a") is None
    assert running.window("c") == Window("c", "tool")


def test_a_flood_of_processes_does_not_push_a_tool_call_out(
    running: Live[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "OPEN", 2)
    running.opened("t1", Window("r", "tool"))
    for number in range(5):
        running.opened(f"e{number}", Window("r", "process"))
    assert running.cause(None).id == "t1"
    assert running.window("e0") is None


def test_a_window_closes_once(running: Live[str]) -> None:
    running.opened("c1", Window("r1", "tool"))
    assert running.closed("c1", "process") is None
    assert running.closed("c1", "tool") == Window("r1", "tool")
    assert running.closed("c1", "tool") is None


def test_the_cause_is_what_the_door_knows_else_what_is_open(running: Live[str]) -> None:
    assert running.cause(None) == Cause()
    assert running.cause(Cause(id="e1", confidence="exact")).id == "e1"
    running.opened("e1", Window("r0", "process"))
    assert running.cause(Cause()) == Cause()
    running.opened("t1", Window("r1", "tool"))
    assert running.cause(None) == Cause(id="t1", confidence="inferred")
    running.opened("t2", Window("r2", "tool"))
    assert running.cause(None) == Cause(confidence="ambiguous", candidates=["t1", "t2"])
    assert running.cause(Cause(confidence="ambiguous", candidates=["t9"])).candidates == ["t9"]


def test_an_id_that_was_used_at_one_door_says_nothing_at_another(running: Live[str]) -> None:
    running.enter("x-1", "digest", "tool")
    assert isinstance(running.enter("x-1", "digest", "process"), Fresh)
    assert isinstance(running.enter("x-1", "other", "egress"), Fresh)
    running.forget("x-1", "process")
    assert isinstance(running.enter("x-1", "digest", "tool"), Seen)
    running.opened("x-1", Window("r", "process"))
    assert running.under_way("x-1", "process")
    assert not running.under_way("x-1", "tool")
