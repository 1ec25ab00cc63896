"""The tables that ship, as a context for facts: read once, since every test asks against the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from callwarden.facts.context import Context

TABLES = Path(__file__).parents[2] / "policies" / "callwarden" / "facts"


@pytest.fixture(scope="session")
def tables() -> dict[str, Any]:
    return {file.parent.name: yaml.safe_load(file.read_text()) for file in TABLES.glob("*/data.yaml")}


@pytest.fixture(scope="session")
def context(tables: dict[str, Any]) -> Context:
    return Context(tables=tables)
