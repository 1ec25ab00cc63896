"""What the bundle says about an agent: the hosts of its model, and the folders of its own state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callwarden.errors import BundleError, UsageError


@dataclass(frozen=True, slots=True)
class Fragment:
    """`data.callwarden.agents.<name>`; empty for an agent that has none to add. State paths are absolute."""

    hosts: tuple[str, ...] = ()
    state: tuple[Path, ...] = ()


def fragment(data: Mapping[str, Any], agent: str, home: Path) -> Fragment:
    """The fragment of `agent`. An agent that was named and isn't known is a mistake worth stopping for."""
    if not agent:
        return Fragment()
    agents = data.get("callwarden", {}).get("agents", {})
    if agent not in agents:
        raise UsageError(
            f"there is no agent {agent!r} in the policies",
            help=f"there are: {', '.join(sorted(agents)) or 'none'}; others are added at callwarden/agents/data.yaml",
        )
    said = agents[agent]
    hosts, state = said.get("hosts", []), said.get("state", [])
    if not _texts(hosts) or not _texts(state) or not all(path.startswith("~/") for path in state):
        raise BundleError(f"data.callwarden.agents.{agent}: hosts are names, state folders begin with ~/")
    return Fragment(tuple(hosts), tuple(home / path.removeprefix("~/") for path in state))


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)
