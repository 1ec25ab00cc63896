"""Path patterns of the `paths` table, compiled once into a tree, and looked up a segment at a time.

The language: a pattern is a path from an anchor, its segments compared in any case.

    /etc/shadow            exactly this path
    ~/.ssh/**              in any home directory, the session's own first; `**` is any number of segments, none included
    {workspace}/.git/**    in the session's workspace
    **/.env                anywhere
    *  ?  [abc]            within a segment

A pattern under `except` takes back what the same entry found. A path that is a glob itself is found by every pattern
it could match; by an unanchored pattern only when it says enough of the name (`.e*`, `id_?sa`), or `cat *` would be a
secret.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from callwarden.facts import globs

HOMES = ("/home", "/Users", "/var/home", "/export/home")
LONE_HOMES = ("/root", "/var/root")
MAX_GLOBS = 16  # segments that are globs; each multiplies what is to be compared, and no honest path has more
ANYWHERE, HOME, WORKSPACE = "**", "~", "{workspace}"


class Node:
    __slots__ = ("_any", "entries", "exceptions", "globs", "names", "rest")

    def __init__(self) -> None:
        self.names: dict[str, Node] = {}
        self.globs: dict[str, Node] = {}
        self.rest: Node | None = None  # where `**` leads, from here on any number of segments
        self.entries: list[int] = []
        self.exceptions: list[int] = []
        self._any: re.Pattern[str] | None = None

    def matching(self, name: str) -> list[Node]:
        """Children by glob that match a name; one expression for all of them tells quickly that none does."""
        if not self.globs:
            return []
        self._any = self._any or re.compile("|".join(map(fnmatch.translate, self.globs)))
        if not self._any.match(name):
            return []
        return [node for glob, node in self.globs.items() if globs.overlap(glob, name)]

    def child(self, segment: str) -> Node:
        if segment == "**":
            self.rest = self.rest or Node()
            return self.rest
        return (self.globs if globs.is_glob(segment) else self.names).setdefault(segment.casefold(), Node())


class Patterns:
    """All entries of one table: `classes(…)` gives the names of those that a path falls under."""

    def __init__(self, classes: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self._names: list[str] = []
        self._anchors = {anchor: Node() for anchor in ("/", HOME, WORKSPACE)}
        self._anywhere = Node()
        for name, entries in classes.items():
            for entry in entries:
                self._add(name, entry)

    def _add(self, name: str, entry: Mapping[str, Any]) -> None:
        number = len(self._names)
        self._names.append(name)
        for pattern in entry.get("paths", ()):
            self._leaf(pattern).entries.append(number)
        for pattern in entry.get("except", ()):
            self._leaf(pattern).exceptions.append(number)

    def _leaf(self, pattern: str) -> Node:
        anchor, _, rest = pattern.partition("/")
        if anchor not in {"", HOME, WORKSPACE, ANYWHERE}:
            raise ValueError(f"path pattern {pattern!r} has no anchor: begin it with /, ~/, {{workspace}}/ or **/")
        node = self._anywhere if anchor == ANYWHERE else self._anchors[anchor or "/"]
        for segment in filter(None, rest.split("/")):
            node = node.child(segment)
        return node

    @property
    def every(self) -> list[str]:
        """All class names: what a path may be that is too much to look up."""
        return sorted(set(self._names))

    def classes(self, segments: Sequence[str], *, home: Sequence[str], workspace: Sequence[str]) -> list[str]:
        """The classes of an absolute, normalised path, given as its segments."""
        if sum(map(globs.is_glob, segments)) > MAX_GLOBS:
            return self.every
        starts = {0: [self._anchors["/"]]}
        for length in _homes(segments, home):
            starts.setdefault(length, []).append(self._anchors[HOME])
        if workspace and tuple(segments[: len(workspace)]) == tuple(workspace):
            starts.setdefault(len(workspace), []).append(self._anchors[WORKSPACE])
        return self._walk(segments, starts)

    def loose(self, segments: Sequence[str]) -> list[str]:
        """The classes of a path whose beginning is not known: unanchored patterns only."""
        if sum(map(globs.is_glob, segments)) > MAX_GLOBS:
            return self.every
        return self._walk(segments, {})

    def _walk(self, segments: Sequence[str], starts: Mapping[int, Iterable[Node]]) -> list[str]:
        states = _closed(starts.get(0, ()))
        for place, segment in enumerate(segments):
            following = [n for state, swallows in states for n in _step(state, swallows, segment)]
            following += [(n, False) for n in _named(self._anywhere, segment)]
            states = _closed(starts.get(place + 1, ()), following)
        found = {entry for state, _ in states for entry in state.entries}
        taken = {entry for state, _ in states for entry in state.exceptions}
        kept = found if any(map(globs.is_glob, segments)) else found - taken
        return sorted({self._names[entry] for entry in kept})


State = tuple[Node, bool]  # a node, and whether it stands at a `**` and so swallows segments


def _closed(fresh: Iterable[Node], states: Iterable[State] = ()) -> list[State]:
    """States with those that `**` reaches without a segment."""
    found: dict[tuple[int, bool], State] = {}
    pending = [*((node, False) for node in fresh), *states]
    while pending:
        node, swallows = pending.pop()
        if (id(node), swallows) not in found:
            found[id(node), swallows] = (node, swallows)
            if node.rest is not None:
                pending.append((node.rest, True))
    return list(found.values())


def _step(state: Node, swallows: bool, segment: str) -> list[State]:
    after: list[State] = [(state, True)] if swallows else []
    return after + [(node, False) for node in _children(state, segment)]


def _children(state: Node, segment: str) -> list[Node]:
    if globs.is_glob(segment):
        named = [node for name, node in state.names.items() if globs.matches(segment, name)]
        return named + [node for glob, node in state.globs.items() if globs.overlap(segment, glob)]
    folded = segment.casefold()
    return ([state.names[folded]] if folded in state.names else []) + state.matching(folded)


def _named(anywhere: Node, segment: str) -> list[Node]:
    """Children of the unanchored root; for a glob only those whose name it says enough of."""
    if not globs.is_glob(segment):
        return _children(anywhere, segment)
    named = [n for name, n in anywhere.names.items() if globs.matches(segment, name) and _telling(segment, name)]
    return named + [n for g, n in anywhere.globs.items() if globs.overlap(segment, g) and _telling(segment, g)]


def _telling(glob: str, name: str) -> bool:
    """The glob says enough to mean the name: how it begins, or most of its characters."""
    said, meant = globs.literal(glob).casefold(), globs.literal(name)
    begins, begun = globs.prefix(glob).casefold(), globs.prefix(name)
    if globs.is_glob(name):
        shared = min(len(begins), len(begun))
        return meant in said or (shared >= 2 and begins[:shared] == begun[:shared])
    return len(begins) >= 2 or (2 * len(said) >= len(meant) if "*" not in glob else 3 * len(said) >= 2 * len(meant))


def _homes(segments: Sequence[str], home: Sequence[str]) -> list[int]:
    """How many segments of the path are a home directory, for each home it may lie in."""
    lone = [tuple(path[1:].split("/")) for path in LONE_HOMES]
    shared = [(*path[1:].split("/"), "*") for path in HOMES]
    found = {len(at) for at in [tuple(home), *lone, *shared] if at and _begins(segments, at)}
    return sorted(found)


def _begins(segments: Sequence[str], start: Sequence[str]) -> bool:
    return len(segments) >= len(start) and all(
        other in {one, "*"} or (globs.is_glob(one) and globs.overlap(one, other))
        for one, other in zip(segments, start, strict=False)
    )
