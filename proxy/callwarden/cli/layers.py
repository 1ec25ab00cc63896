"""The bundle that a command line means: with a person's own layer and the project's over it, as `run` would have it."""

from __future__ import annotations

from pathlib import Path

from callwarden import config
from callwarden.engine import bundle as bundles
from callwarden.engine.bundle import Bundle


def load(policies: Path | None, workspace: Path | None, *, layers: bool) -> Bundle:
    """A layer's folder that is not there is no layer."""
    if not layers:
        return bundles.load(policies)
    project = (workspace or Path()).absolute() / config.PROJECT_LAYER
    return bundles.load(policies, user=config.config_directory(), project=project)
