"""Globs of one path segment: does a glob match a name, and can two globs match one name?

A path written as a glob (`/etc/sh?dow`) must get the class of what it could match, so both sides may be globs here.
Two `[…]` that are compared count as equal: that finds too much rather than too little.
"""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache

MAGIC = frozenset("*?[")
MAX_GLOB = 256  # NAME_MAX is 255; a longer glob can match no longer name


def is_glob(segment: str) -> bool:
    return not MAGIC.isdisjoint(segment)


@lru_cache(maxsize=4096)
def matches(glob: str, name: str) -> bool:
    """The glob matches the name, in any case. As in a shell, a wildcard does not match a leading dot."""
    if name.startswith(".") and not glob.startswith("."):
        return False
    return overlap(glob, name)


@lru_cache(maxsize=4096)
def overlap(one: str, other: str) -> bool:
    """Some name is matched by both globs (a name is a glob that matches itself)."""
    left, right = _tokens(one[:MAX_GLOB].casefold()), _tokens(other[:MAX_GLOB].casefold())
    reached = _skip_stars({0}, right)
    for piece in left:
        reached = _advance(piece, reached, right)
        if not reached:
            return False
    return len(right) in reached


def literal(glob: str) -> str:
    """The characters a glob fixes, in order."""
    return "".join(piece for piece in _tokens(glob[:MAX_GLOB]) if piece[0] not in "*?[")


def prefix(glob: str) -> str:
    """What every name that the glob matches begins with."""
    return glob[: next((at for at, character in enumerate(glob) if character in MAGIC), len(glob))]


def _advance(piece: str, reached: set[int], right: list[str]) -> set[int]:
    """Positions in `right` after one more piece of the left side."""
    if piece == "*":
        return set(range(min(reached), len(right) + 1))
    after = set()
    for place in reached:
        if place < len(right):
            if right[place] == "*":
                after.add(place)
            elif _agree(piece, right[place]):
                after.add(place + 1)
    return _skip_stars(after, right)


def _skip_stars(reached: set[int], right: list[str]) -> set[int]:
    """Positions with those behind a `*`, which may match nothing."""
    found = set(reached)
    for place in sorted(reached):
        found.update(range(place, place + _stars(right, place) + 1))
    return found


def _stars(right: list[str], place: int) -> int:
    return next((n for n, piece in enumerate(right[place:]) if piece != "*"), len(right) - place)


def _agree(one: str, other: str) -> bool:
    return one == other or "?" in {one, other} or _in_set(one, other) or _in_set(other, one)


def _in_set(one: str, other: str) -> bool:
    """`one` is a bracket expression that can be `other`; two bracket expressions count as a match."""
    if len(one) < 2:
        return False
    return len(other) > 1 or bool(re.fullmatch(fnmatch.translate(one), other, re.IGNORECASE))


@lru_cache(maxsize=4096)
def _tokens(glob: str) -> list[str]:
    return re.findall(r"\*|\[[!^]?\]?[^\]]*\]|.", glob, re.DOTALL) if is_glob(glob) else list(glob)
