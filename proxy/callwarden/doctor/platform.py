"""What is stopped, what is seen and what is unseen, here and elsewhere: the table that the documentation shows too."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from callwarden.sandbox.platform import EXEC, NAMESPACES, Feature, missing

KINDS = ("tool calls", "programs started", "HTTP(S) requests", "other connections", "files read and written")

STOPPED = "stopped"  # judged before it happens
PROXY = "stopped by proxy only"  # judged where the client uses the proxy that it is told of; else unseen
UNSEEN = "unseen"

Column = tuple[str, str, str, str, str]

# How each kind fares in a place. docs/reference/places.md is this table, and says where it comes from.
TABLE: dict[str, Column] = {
    "bare Linux": (STOPPED, STOPPED, STOPPED, STOPPED, UNSEEN),
    "WSL 2": (STOPPED, STOPPED, STOPPED, STOPPED, UNSEEN),
    "Docker, default profile": (STOPPED, STOPPED, PROXY, UNSEEN, UNSEEN),
    "Kubernetes, restricted": (STOPPED, STOPPED, PROXY, UNSEEN, UNSEEN),
    "macOS": (STOPPED, UNSEEN, UNSEEN, UNSEEN, UNSEEN),
}


def table() -> str:
    """The table as Markdown: a place a column."""
    rows = [["", *TABLE], ["---"] * (len(TABLE) + 1)]
    rows += [[kind, *(column[row] for column in TABLE.values())] for row, kind in enumerate(KINDS)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def here(features: Sequence[Feature]) -> Column:
    """This machine's column, from what was tried on it: what is missing would have to be waived."""
    walls, execs = not missing(list(features), NAMESPACES), not missing(list(features), EXEC)
    return (
        STOPPED,
        STOPPED if execs else UNSEEN,
        STOPPED if walls else PROXY,
        STOPPED if walls else UNSEEN,
        UNSEEN,
    )


def place() -> str:
    """Where we are, in the words of the table."""
    if sys.platform == "darwin":
        return "macOS"
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return "Kubernetes"
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return "a container"
    release = Path("/proc/sys/kernel/osrelease")
    return "WSL" if release.exists() and "microsoft" in release.read_text().lower() else "Linux"
