from typing import Any

import pytest

from callwarden.call import Session, SessionClaim
from callwarden.session.identity import differs

KNOWN = Session(id="s", agent="coder", team="red", labels={"tier": "gold"})


def test_no_claim_is_no_difference() -> None:
    assert differs(None, KNOWN) == []
    assert differs(SessionClaim(), KNOWN) == []


def test_a_true_claim_is_no_difference() -> None:
    assert differs(SessionClaim(id="s", agent="coder", team="red", labels={"tier": "gold"}), KNOWN) == []


@pytest.mark.parametrize(
    ("claim", "fields"),
    [
        ({"id": "t"}, ["id"]),
        ({"agent": "other", "team": "blue"}, ["agent", "team"]),
        ({"phase": "deploy"}, ["phase"]),
        ({"task": "anything"}, ["task"]),
        ({"labels": {"tier": "silver"}}, ["labels.tier"]),
        ({"labels": {"new": "label"}}, ["labels.new"]),
    ],
)
def test_the_fields_that_differ_are_named(claim: dict[str, Any], fields: list[str]) -> None:
    assert differs(SessionClaim(**claim), KNOWN) == fields
