"""Sessions of a batch: who calls say they are, and ids that stand for one content."""

from __future__ import annotations

from typing import Any

import pytest

from callwarden.call import Session, parse
from callwarden.cli.crowd import Crowd

MODEL = Session(id="check", workspace="/workspace", profile="locked")


def test_a_call_without_a_session_is_one_of_its_own_and_nothing_carries_over() -> None:
    crowd = Crowd(MODEL)
    assert crowd.admit(_alone("ls"))[1] is None
    assert crowd.admit(_alone("rm -rf /"))[1] is None


def test_a_session_is_made_from_the_model_and_the_first_claim() -> None:
    session, refusal = Crowd(MODEL).admit(_claimed(team="red"))
    assert refusal is None
    assert (session.id, session.team, session.profile, session.workspace) == ("s1", "red", "locked", "/workspace")


@pytest.mark.parametrize(
    "later",
    [{"team": "blue"}, {"agent": "other"}, {"principal": "root"}, {"phase": "deploy"}, {"labels": {"gpu": "yes"}}],
)
def test_another_identity_in_the_same_session_is_refused(later: dict[str, Any]) -> None:
    crowd = Crowd(MODEL)
    crowd.admit(_claimed(team="red"))
    _, refusal = crowd.admit(_claimed(id="c2", **later))
    assert refusal is not None
    assert refusal.rule == "gate.identity"
    assert next(iter(later)) in refusal.reason


def test_what_a_later_claim_leaves_out_is_no_claim() -> None:
    crowd = Crowd(MODEL)
    crowd.admit(_claimed(team="red"))
    assert crowd.admit(_claimed(id="c2"))[1] is None


def test_the_same_id_with_other_content_is_a_replay() -> None:
    crowd = Crowd(MODEL)
    crowd.admit(_claimed())
    assert crowd.admit(_claimed())[1] is None
    _, refusal = crowd.admit(_claimed(command="rm -rf /"))
    assert refusal is not None
    assert refusal.rule == "gate.replay"


def test_the_same_id_in_another_session_is_another_call() -> None:
    crowd = Crowd(MODEL)
    crowd.admit(_claimed())
    assert crowd.admit(_claimed(command="pwd", session="s2"))[1] is None


def _claimed(id: str = "c1", command: str = "ls", session: str = "s1", **claim: Any) -> Any:
    return parse({"id": id, "kind": "shell", "command": command, "session": {"id": session, **claim}})


def _alone(command: str) -> Any:
    return parse({"id": "c1", "kind": "shell", "command": command})
