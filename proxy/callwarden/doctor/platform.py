"""What is stopped, what is seen and what is unseen, here and elsewhere: the table that the documentation shows too."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from callwarden.sandbox.platform import EXEC, NAMESPACES, Feature, missing

KINDS = ("tool calls", "programs started", "HTTP(S) requests", "other connections", "files read and written")

# A place a column; how each kind of effect fares in it. "stopped" means judged before it happens.
TABLE: dict[str, tuple[str, str, str, str, str]] = {
    "bare Linux": ("stopped", "stopped", "stopped", "stopped", "unseen"),
    "Docker, default": ("stopped", "unseen", "seen", "unseen", "unseen"),
    "Kubernetes, restricted": ("stopped", "unseen", "seen", "unseen", "unseen"),
    "macOS": ("stopped", "unseen", "seen", "unseen", "unseen"),
    "WSL 2": ("stopped", "stopped", "stopped", "stopped", "unseen"),
}


def here(features: Sequence[Feature]) -> tuple[str, str, str, str, str]:
    """This machine's column, from what was tried on it: what is missing would have to be waived."""
    walls, execs = not missing(list(features), NAMESPACES), not missing(list(features), EXEC)
    return (
        "stopped",
        "stopped" if execs else "unseen",
        "stopped" if walls else "seen",
        "stopped" if walls else "unseen",
        "unseen",
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
