import pytest

from callwarden.approval import pending
from callwarden.approval.pending import Request, Table, subject
from callwarden.testing import call


def request(ticket: str = "t1", session: str = "s", content: str = "content", expires: float = 100) -> Request:
    return Request(ticket, session, content, expires)


@pytest.fixture
def table() -> Table:
    table = Table()
    table.request(request(), now=0)
    return table


def test_a_yes_for_once_is_used_up(table: Table) -> None:
    assert table.vote("t1", "once", "alex", 1, lasts=10)
    grant = table.consume("s", "content", 2)
    assert grant
    assert (grant.by, grant.ticket) == ("alex", "t1")
    assert table.consume("s", "content", 2) is None


def test_a_yes_for_the_session_lasts_until_it_expires(table: Table) -> None:
    table.vote("t1", "session", "alex", 1, lasts=10)
    assert table.consume("s", "content", 2)
    assert table.consume("s", "content", 10.9)
    assert table.consume("s", "content", 11) is None


def test_a_no_grants_nothing(table: Table) -> None:
    assert table.vote("t1", "deny", "alex", 1, lasts=10)
    assert table.consume("s", "content", 2) is None


@pytest.mark.parametrize(("session", "content"), [("other", "content"), ("s", "other")])
def test_a_grant_covers_its_own_content_in_its_own_session(table: Table, session: str, content: str) -> None:
    table.vote("t1", "session", "alex", 1, lasts=10)
    assert table.consume(session, content, 2) is None


def test_a_request_is_settled_once(table: Table) -> None:
    assert table.vote("t1", "deny", "alex", 1, lasts=10)
    assert table.vote("t1", "once", "eve", 1, lasts=10) is None
    assert table.consume("s", "content", 2) is None


def test_an_expired_or_unknown_request_takes_no_vote(table: Table) -> None:
    assert table.vote("t1", "once", "alex", 100, lasts=10) is None
    assert table.vote("t9", "once", "alex", 1, lasts=10) is None


def test_an_ended_session_takes_its_requests_and_grants_with_it(table: Table) -> None:
    table.vote("t1", "session", "alex", 1, lasts=10)
    table.request(request("t2"), now=1)
    table.request(request("t3", session="other"), now=1)
    table.end("s")
    assert table.consume("s", "content", 2) is None
    assert [one.ticket for one in table.open(2)] == ["t3"]


def test_too_many_requests_drop_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "MAX_REQUESTS", 2)
    table = Table()
    for number in range(3):
        table.request(request(f"t{number}"), now=0)
    assert [one.ticket for one in table.open(0)] == ["t1", "t2"]


def test_an_approval_is_bound_to_what_will_run_and_not_to_who_runs_it() -> None:
    assert subject(call(command="ls")) == subject(call(command="ls"))
    assert subject(call(command="ls")) != subject(call(command="ls "))
    assert subject(call("exec", pid=1, ancestry=["sh"])) == subject(call("exec", pid=2, ancestry=["make"]))
    assert subject(call("exec", argv=["a"])) != subject(call("exec", argv=["b"]))
    assert subject(call("exec", cwd="/a")) != subject(call("exec", cwd="/b"))
    assert subject(call("exec", exe="/tmp/ls")) != subject(call("exec", exe="/usr/bin/ls"))
