"""What a run refuses before it starts anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from callwarden.errors import UsageError
from callwarden.launch.plan import Plan, check


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    (tmp_path / "workspace").mkdir()
    return Plan(
        program=("true",),
        workspace=tmp_path / "workspace",
        home=tmp_path,
        data=tmp_path / "data",
        user=tmp_path / "user",
    )


def test_a_sound_plan_is_let_through(plan: Plan) -> None:
    check(plan)


def test_the_log_may_not_lie_where_the_agent_writes(plan: Plan) -> None:
    with pytest.raises(UsageError, match="where the agent writes"):
        check(replace(plan, data=plan.workspace / "data"))


def test_the_whole_file_system_is_no_workspace(plan: Plan) -> None:
    with pytest.raises(UsageError, match="whole file system"):
        check(replace(plan, workspace=Path("/")))


def test_a_workspace_that_is_not_there_is_refused(plan: Plan) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        check(replace(plan, workspace=plan.workspace / "nowhere"))


def test_no_program_is_refused(plan: Plan) -> None:
    with pytest.raises(UsageError, match="no program"):
        check(replace(plan, program=()))


def test_a_protection_that_does_not_exist_cannot_be_waived(plan: Plan) -> None:
    with pytest.raises(UsageError, match="no such protection"):
        check(replace(plan, without=frozenset({"gravity"})))


def test_identity_comes_from_the_plan_and_every_session_is_a_new_one(plan: Plan) -> None:
    first, second = (replace(plan, agent="codex", mode="observe").session() for _ in range(2))
    assert first.id != second.id
    assert (first.agent, first.mode, first.workspace) == ("codex", "observe", str(plan.workspace))
    assert first.principal
