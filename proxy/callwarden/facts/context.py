"""What facts are derived against: where the agent works, and the tables that ops people edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callwarden.call import Session


@dataclass(frozen=True, slots=True)
class Context:
    """`tables` is the bundle's `data.callwarden.facts`: programs, paths, hosts, secrets, tools, each a data.yaml.

    `resolve` switches link resolution on, the one step that looks at a disk: a batch leaves it off, so that it gives
    the same answer on every machine. `root` is what `/` means for the agent (`/proc/PID/root` at the process door).
    """

    workspace: str = "/workspace"
    home: str = "/home/agent"
    tables: Mapping[str, Any] = field(default_factory=dict)
    resolve: bool = False
    root: str = "/"
    remote: bool = False

    @classmethod
    def of(cls, session: Session, tables: Mapping[str, Any], *, resolve: bool = False, root: str = "/") -> Context:
        remote = session.filesystem == "remote"
        return cls(
            workspace=session.workspace,
            home=session.home,
            tables=tables,
            resolve=resolve and not remote,
            root=root,
            remote=remote,
        )
