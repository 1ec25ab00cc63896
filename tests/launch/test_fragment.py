"""What the policies add for an agent, and agents that they don't know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callwarden.engine import bundle as bundles
from callwarden.errors import BundleError, UsageError
from callwarden.launch.fragment import Fragment, fragment

HOME = Path("/home/alex")


def data(**said: Any) -> dict[str, Any]:
    return {"callwarden": {"agents": {"known": said}}}


def test_no_agent_adds_nothing() -> None:
    assert fragment(data(hosts=["a.example"]), "", HOME) == Fragment()


def test_hosts_and_state_are_read() -> None:
    found = fragment(data(hosts=["a.example"], state=["~/.known"]), "known", HOME)
    assert found == Fragment(("a.example",), (HOME / ".known",))


def test_an_unknown_agent_is_a_usage_error_that_lists_the_known() -> None:
    with pytest.raises(UsageError, match="no agent 'other'") as error:
        fragment(data(), "other", HOME)
    assert "known" in error.value.help


@pytest.mark.parametrize(
    "said", [{"hosts": "a.example"}, {"hosts": [1]}, {"hosts": [""]}, {"state": ["/etc"]}, {"state": {}}]
)
def test_a_malformed_fragment_is_the_policy_authors_error(said: dict[str, Any]) -> None:
    with pytest.raises(BundleError):
        fragment(data(**said), "known", HOME)


def test_every_fragment_that_comes_with_callwarden_is_well_formed() -> None:
    said = bundles.load().data
    for agent in said["callwarden"]["agents"]:
        assert fragment(said, agent, HOME).hosts
