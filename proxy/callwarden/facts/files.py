"""Paths: absolute, normalised, `~` expanded; inside which root; of which sensitivity class.

Nothing here looks at a disk but `links.resolve`, which a caller switches on. What a path can't be known to be is said
(`known`), and its classes are then those of every reading that it may have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from callwarden.facts import globs, links
from callwarden.facts.compiled import Compiled
from callwarden.facts.context import Context
from callwarden.facts.patterns import Patterns

MAX_PATH = 4096  # PATH_MAX; the kernel refuses a longer one, so we need not know it
MAX_KEPT = 8192  # a session asks about the same few paths over and over

# What a tool that decodes once more than we would make of a path: `%2e%2e%2f`, `..%5c`, overlong `%c0%af`, `..\`
_DECODABLE = re.compile(r"%(?:2e|2f|5c|00|25|c0|e0)|(?:^|[\\/])\.\.\\", re.IGNORECASE)
_UNKNOWN = re.compile(r"\$\{[^}]*\}|[$<>]\([^)]*\)?|\$\w*|`[^`]*`?")
_PROC_ROOT = re.compile(r"^/proc/(?:self|thread-self|\d+)(?:/task/\d+)?/root(?=/|$)")
_PROC_CWD = re.compile(r"^/proc/(?:self|thread-self)(?:/task/\d+)?/cwd(?=/|$)")
_OTHER_CWD = re.compile(
    r"^(?!/proc/(?:self|thread-self)/fd/[012]$)/proc/[^/]+(?:/task/[^/]+)?/(?:cwd|root|fd/[^/]+|map_files/[^/]+)(?=/|$)"
)


class Table:
    """The `paths` table, compiled: roots as segments, and the tree of patterns."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.roots = [(name, _segments(path)) for name, paths in data.get("roots", {}).items() for path in paths]
        self.patterns = Patterns(data.get("classes", {}))
        self.classes = lru_cache(maxsize=MAX_KEPT)(self._classes)

    def _classes(self, path: str, home: str, workspace: str) -> tuple[str, ...]:
        found = self.patterns.classes(_segments(path), home=_segments(home), workspace=_segments(workspace))
        return tuple(found)

    def root(self, segments: Sequence[str], context: Context) -> str:
        """The name of the innermost root; the session's own come before the table's, the workspace before the home."""
        own = [("workspace", _segments(context.workspace)), ("home", _segments(context.home))]
        best, name = 0, ""
        for candidate, root in [*own, *self.roots]:
            if len(root) > best and list(segments[: len(root)]) == root:
                best, name = len(root), candidate
        return name


table = Compiled("paths", Table)


def locate(written: str, cwd: str, context: Context, *, known: bool = True) -> dict[str, Any]:
    """`path, root, classes, known, pattern, resolved` of `PathAccess` for a path as written."""
    prefix, guess = _reading(written, known)
    path = _absolute(_expand(prefix, cwd, context), cwd)
    whole = guess == prefix and len(path) <= MAX_PATH
    if not path or (not whole and not prefix.strip("~")):
        return _nowhere(prefix or written, guess, context)
    place = _placed(path, prefix, whole, context)
    return place | _guessed(guess, cwd, context, place)


def _placed(path: str, text: str, whole: bool, context: Context) -> dict[str, Any]:
    path, mine = _through_proc(normal(path), context)
    path, resolved = links.resolve(path, context.root) if context.resolve and whole else (path, False)
    segments = _segments(path)
    certain = _fixed(segments if whole or text.endswith("/") else segments[:-1])
    return {
        "path": path,
        "root": table(context).root(certain, context),
        "classes": _classes(path, context),
        "known": whole and mine,
        "pattern": len(_fixed(segments)) < len(segments),
        "resolved": resolved,
    }


def _guessed(guess: str, cwd: str, context: Context, place: dict[str, Any]) -> dict[str, Any]:
    """What a path could also be: its unknown pieces anything, its encoded ones decoded."""
    whole = place["known"]
    readings = _decoded(guess) if whole else [guess, *_decoded(guess)]
    classes = {
        name for text in readings for name in _classes(normal(_absolute(_expand(text, cwd, context), cwd)), context)
    }
    return {"classes": sorted(classes | set(place["classes"])), "known": whole and not readings}


def _nowhere(text: str, guess: str, context: Context) -> dict[str, Any]:
    """A relative path from an unknown directory: what it ends in is known, and with `..` it may start at the root."""
    segments = _segments(normal("/" + guess))
    classes = set(table(context).patterns.loose(segments))
    if guess.startswith(("..", "./..")):
        classes |= set(_classes(normal("/" + guess), context))
    pattern = any(map(globs.is_glob, _segments(text)))
    return {"path": text, "root": "", "classes": sorted(classes), "known": False, "pattern": pattern, "resolved": False}


def normal(path: str) -> str:
    """An absolute path without `//`, `.` and `..`; what leads past the root ends at the root, as in the kernel."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    return "/" + "/".join(kept)


def inside(root: str, path: str) -> bool:
    """The path is the root or lies below it, segment by segment; both absolute and normalised."""
    return path == root or path.startswith(root.rstrip("/") + "/")


def _reading(written: str, known: bool) -> tuple[str, str]:
    """The known prefix of a path, and the path with a `*` for each unknown piece; equal where all of it is known."""
    text = written[: 2 * MAX_PATH]
    if "\0" in text or len(text) < len(written):
        return text.partition("\0")[0], text.partition("\0")[0] + "*"
    if known:
        return text, text
    cut = _UNKNOWN.search(text)
    return (text[: cut.start()], _UNKNOWN.sub("*", text)) if cut else (text, text + "*")


def _expand(text: str, cwd: str, context: Context) -> str:
    if text[:7].lower() == "file://":
        text = "/" + unquote(text[7:].partition("/")[2])
    elif text[:5].lower() == "file:":  # as sqlite has it: a path and what is asked of it
        text = unquote(text[5:].partition("?")[0])
    if not text.startswith("~"):
        return text
    user, _, rest = text[1:].partition("/")
    homes = {"": context.home, "root": "/root", "+": cwd}
    if user == "-" or not re.fullmatch(r"[\w.+-]*", user):
        return text
    return f"{homes.get(user, '/home/' + user)}/{rest}"


def _absolute(text: str, cwd: str) -> str:
    """Below the working directory, where that is known; else empty."""
    if text.startswith("/"):
        return text
    return f"{cwd}/{text}" if cwd.startswith("/") else ""


def _through_proc(path: str, context: Context) -> tuple[str, bool]:
    """`/proc/self/root/x` is `/x`; another process's directory or descriptor is not knowable."""
    for _ in range(8):
        shorter = _PROC_ROOT.sub("", path) or "/"
        if shorter == path:
            break
        path = shorter
    if _PROC_CWD.match(path):
        return normal(_PROC_CWD.sub(context.workspace, path)), False
    return path, not _OTHER_CWD.match(path)


def _classes(path: str, context: Context) -> list[str]:
    return list(table(context).classes(path, context.home, context.workspace))


def _decoded(text: str) -> list[str]:
    """What the path is when the tool behind us decodes it: such a path is never plainly known."""
    if not _DECODABLE.search(text):
        return []
    once = unquote(re.sub("%c0%af", "/", text, flags=re.IGNORECASE))
    return [reading.replace("\\", "/").replace("\0", "") for reading in (text, once, unquote(once))]


def _fixed(segments: list[str]) -> list[str]:
    """The segments before the first glob."""
    return segments[: next((n for n, segment in enumerate(segments) if globs.is_glob(segment)), len(segments))]


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]
