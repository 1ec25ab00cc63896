"""Link resolution: the one step of the facts that looks at a disk, and only where a caller switched it on."""

from __future__ import annotations

import os
import stat

MAX_LINKS = 40  # as the kernel (MAXSYMLINKS); more is ELOOP


def resolve(path: str, root: str = "/") -> tuple[str, bool]:
    """The path with its links followed, `/` being `root`, and whether that could be done to the end.

    A part that does not exist stands as it is: a file that will be created has no links behind it. Never raises;
    a loop, a glob or an unreadable directory gives the path as far as it came and False.
    """
    pending, done, links = path.split("/")[::-1], "", 0
    while pending:
        segment = pending.pop()
        if segment in {"", "."}:
            continue
        if segment == "..":
            done = done.rpartition("/")[0]
            continue
        try:
            target = _target(root, f"{done}/{segment}")
        except (OSError, ValueError):
            return "/".join([done, segment, *pending[::-1]]), False
        if target is None:
            done = f"{done}/{segment}"
            continue
        links += 1
        if links > MAX_LINKS:
            return "/".join([done, segment, *pending[::-1]]), False
        done = "" if target.startswith("/") else done
        pending += target.split("/")[::-1]
    return done or "/", True


def _target(root: str, path: str) -> str | None:
    """What a link says; None for what is no link or is not there."""
    there = root.rstrip("/") + path
    try:
        mode = os.lstat(there).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    return os.readlink(there) if stat.S_ISLNK(mode) else None  # noqa: PTH115
