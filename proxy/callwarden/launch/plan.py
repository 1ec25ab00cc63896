"""What a run is to be: decided before anything is started, so that a mistake costs nothing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from callwarden.call import Protection, Session
from callwarden.config import PROJECT_LAYER, person
from callwarden.errors import UsageError

WAIVABLE: tuple[Protection, ...] = get_args(Protection)


@dataclass(frozen=True)
class Plan:
    """`without` names the protections a person gave up with `--unsafe-without`; the rest must hold or nothing starts.

    `user` and `project` are the folders of the policy layers; one that is not there is no layer.
    """

    program: tuple[str, ...]
    workspace: Path
    home: Path
    data: Path
    user: Path
    policies: Path | None = None
    profile: str = "coding"
    agent: str = ""
    mode: Literal["enforce", "observe"] = "enforce"
    without: frozenset[str] = frozenset()
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    cwd: Path | None = None

    @property
    def project(self) -> Path:
        return self.workspace / PROJECT_LAYER

    def session(self) -> Session:
        """Identity comes from here alone: who started it, for which agent, in which workspace."""
        return Session(
            id=f"run-{secrets.token_hex(6)}",
            agent=self.agent,
            principal=person(),
            profile=self.profile,
            mode=self.mode,
            workspace=str(self.workspace),
            home=str(self.home),
            protections=[name for name in WAIVABLE if name not in self.without],
        )


def check(plan: Plan) -> None:
    """Refuses what would give the agent the keys: a workspace that holds callwarden's own files is not one."""
    if not plan.program:
        raise UsageError("no program to run", help="callwarden run -- PROGRAM …")
    if not plan.workspace.is_dir():
        raise UsageError(f"the workspace {plan.workspace} is not a folder")
    if plan.workspace == Path("/"):
        raise UsageError("the workspace is the whole file system", help="name the project with --workspace DIR")
    if plan.data.is_relative_to(plan.workspace):
        raise UsageError(
            f"the data directory {plan.data} lies in the workspace, where the agent writes",
            help="name another with --data DIR, or a narrower workspace with --workspace DIR",
        )
    if unknown := plan.without - set(WAIVABLE):
        raise UsageError(
            f"--unsafe-without {', '.join(sorted(unknown))}: no such protection",
            help=f"there are: {', '.join(WAIVABLE)}",
        )
