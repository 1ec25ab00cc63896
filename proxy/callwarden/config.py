"""Every option once: its name, type, default and one sentence. And where callwarden's own files live."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    name: str
    type: type
    default: Any
    says: str


DEADLINE = Option("deadline", float, 1.0, "seconds an evaluation may take before the call is refused")
ASK = Option("ask", float, 60.0, "seconds a person at the terminal has to answer before the call is refused")
WAIT_TOOL = Option("wait.tool", float, 300.0, "seconds an escalated tool call waits for a person")
WAIT_PROCESS = Option("wait.process", float, 0.0, "seconds an escalated exec waits for a person")
WAIT_EGRESS = Option("wait.egress", float, 0.0, "seconds an escalated connection or request waits for a person")
GRANT = Option("grant", float, 3600.0, "seconds after which what a person allowed expires")
OPTIONS = (DEADLINE, ASK, WAIT_TOOL, WAIT_PROCESS, WAIT_EGRESS, GRANT)

PROJECT_LAYER = ".callwarden"  # the folder of a project's policy layer, in its workspace

WAITS: dict[str, float] = {
    "tool": WAIT_TOOL.default,
    "process": WAIT_PROCESS.default,
    "egress": WAIT_EGRESS.default,
}


def data_directory() -> Path:
    """The audit log, the egress CA and the lock: `~/.local/share/callwarden`."""
    return _xdg("XDG_DATA_HOME", ".local/share")


def config_directory() -> Path:
    """A person's own policy layer: `~/.config/callwarden`."""
    return _xdg("XDG_CONFIG_HOME", ".config")


def cache_directory() -> Path:
    """What can be made again: `~/.cache/callwarden`."""
    return _xdg("XDG_CACHE_HOME", ".cache")


def runtime_directory() -> Path:
    """Sockets of running gates: `$XDG_RUNTIME_DIR/callwarden`, else a folder in the data directory."""
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(base) / "callwarden" if base.startswith("/") else data_directory() / "run"


def _xdg(variable: str, fallback: str) -> Path:
    """The XDG base directory; one that is not absolute is ignored, as the specification asks."""
    base = os.environ.get(variable, "")
    return (Path(base) if base.startswith("/") else Path.home() / fallback) / "callwarden"


def person() -> str:
    """Whose account this is: its name, or `uid N` where the machine knows none, as in many containers."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
