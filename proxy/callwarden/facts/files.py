"""Paths: absolute, normalised, `~` expanded; inside which root; of which sensitivity class."""

from __future__ import annotations

from typing import Any

from callwarden.facts.context import Context


def locate(written: str, cwd: str, context: Context, *, known: bool = True) -> dict[str, Any]:
    """`path, root, classes, known, pattern, resolved` of `PathAccess` for a path as written."""
    return {"path": written, "root": "", "classes": [], "known": known, "pattern": False, "resolved": False}
