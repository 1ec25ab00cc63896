"""What of the person's home the program gets to see and change, `data.callwarden.jail` of the bundle.

Policy judges what calls name. What an allowed program opens inside itself is seen by nobody, so secret stores are
covered and start-up files are read-only. A person shows one on purpose with `shown` in their own layer; a project's
layer can't, since it comes with what somebody else wrote.
"""

from __future__ import annotations

import os
import pwd
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from callwarden.errors import BundleError

_UNTIL = re.compile(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)


@dataclass(frozen=True, slots=True)
class Household:
    """Real paths. `standins` are files that are made, with this text, where they are missing; `shown` as written."""

    masked: tuple[Path, ...] = ()
    readonly: tuple[Path, ...] = ()
    standins: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[str, ...] = ()


def household(
    data: Mapping[str, Any], home: Path, *, workspace: Path, state: Sequence[Path] = (), now: float | None = None
) -> Household:
    """The household under `home`. What holds the workspace, or is of the agent's own state, was named: it stays.

    Raises `BundleError` for a bundle that does not say, or whose entries can't be read.
    """
    said = data.get("callwarden", {}).get("jail")
    if not isinstance(said, dict):
        raise BundleError("the bundle has nothing at data.callwarden.jail", help="copy callwarden/jail/ of the starter")
    shown = _shown(data, said, time.time() if now is None else now)
    kinds = ("masked", "readonly")
    found = {
        kind: [e for e in _entries(said, kind, home, shown) if not _named(e[0], workspace, state)] for kind in kinds
    }
    masked, readonly = (found[kind] for kind in kinds)
    texts = {
        str(path): str(entry.get("text", "")) for path, entry in readonly + masked if entry.get("absent") == "file"
    }
    return Household(
        masked=tuple(path for path, _ in masked),
        readonly=tuple(path for path, _ in readonly),
        standins=texts,
        shown=tuple(sorted(shown)),
    )


def _entries(
    said: Mapping[str, Any], kind: str, home: Path, shown: set[str]
) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """What is there, or is to be kept from being made, as the real path."""
    for written, entry in _mapping(said, kind).items():
        if not written.startswith(("~/", "/")) or not isinstance(entry, dict) or not entry.get("reason"):
            raise BundleError(f"data.callwarden.jail.{kind}: {written}: a path begins with ~/ or / and has a reason")
        for path in [] if written in shown else _places(written, home):
            there = os.path.exists(path)  # noqa: PTH110 - what we may not see, the program may not either
            if there or (entry.get("absent") and path.is_relative_to(home)):
                yield path, entry


def _places(written: str, home: Path) -> list[Path]:
    """Where a path leads; in the home, and in the account's own, which `HOME` need not be."""
    homes = dict.fromkeys((home, _own_home() or home)) if written.startswith("~/") else [Path("/")]
    return [Path(os.path.realpath(place / written.removeprefix("~").lstrip("/"))) for place in homes]


def _own_home() -> Path | None:
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None


def _named(path: Path, workspace: Path, state: Sequence[Path]) -> bool:
    """Whether a person who named the workspace and the agent meant to show it."""
    return any(place.is_relative_to(path) for place in (workspace, *state)) or any(map(path.is_relative_to, state))


def _shown(data: Mapping[str, Any], said: Mapping[str, Any], now: float) -> set[str]:
    layers = data["callwarden"].get("layers", {})
    asked = _mapping(layers.get("user", {}), "shown")
    never = said.get("never_shown", [])
    if not isinstance(never, list):
        raise BundleError("data.callwarden.jail.never_shown is a list of paths")
    if refused := sorted(set(asked) & set(never)):
        raise BundleError(f"shown: {refused[0]} may not be shown: the organisation says never_shown")
    known = {*_mapping(said, "masked"), *_mapping(said, "readonly")}
    if unknown := sorted(set(asked) - known):
        raise BundleError(
            f"shown: {unknown[0]} is no path that is covered", help="write it as data.callwarden.jail does"
        )
    return {name for name, entry in asked.items() if _applies(name, entry, now)}


def _applies(name: str, entry: object, now: float) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("reason"), str) or not entry["reason"]:
        raise BundleError(f"shown: {name}: an entry has a reason")
    until = entry.get("until")
    if until is None:
        return True
    if not isinstance(until, str) or not _UNTIL.fullmatch(until):
        raise BundleError(f"shown: {name}: until is a time such as 2030-01-31T00:00:00Z")
    try:
        return datetime.strptime(until, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp() > now
    except ValueError as problem:
        raise BundleError(f"shown: {name}: {problem}") from None


def _mapping(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name, {})
    if not isinstance(found, dict):
        raise BundleError(f"{name} is a mapping of paths")
    return found
