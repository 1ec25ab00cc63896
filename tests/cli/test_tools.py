"""`callwarden tools`: what was called by name alone, and a binding drafted for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from callwarden.call import Session
from callwarden.cli.app import app
from callwarden.gate import Gate
from callwarden.testing import Answering, call

TABLES = {"tools": {"bindings": {"bash": {"kind": "shell", "command": "$.command"}}}}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A log in which `bash` (bound), `run_it` (twice) and an MCP server's `fetch` were called."""
    with Gate.open(tmp_path / "data", engine=Answering("deny"), tables=TABLES) as gate:
        gate.open_session(Session(id="s"))
        for made in (
            call("function", name="bash", arguments={"command": "ls"}),
            call("function", name="run_it", arguments={"command": "ls"}),
            call("function", name="run_it", arguments={"command": "pwd"}),
            call("mcp", server="web", tool="fetch", arguments={"url": "https://example.org/"}),
            call("shell"),
        ):
            gate.decide(made, session="s")
    return tmp_path / "data"


def test_unbound_tools_are_listed_most_called_first(data: Path) -> None:
    done = CliRunner().invoke(app, ["tools", "--data", str(data), "--json"])
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert [(row["server"], row["tool"], row["calls"], row["refused"]) for row in said] == [
        ("", "run_it", 2, 2),
        ("web", "fetch", 1, 1),
    ]


def test_a_binding_is_drafted_from_the_arguments(data: Path) -> None:
    said = json.loads(CliRunner().invoke(app, ["tools", "--data", str(data), "--json"]).stdout)
    drafts = [yaml.safe_load(row["draft"]) for row in said]
    assert drafts[0]["run_it"]["kind"] == "shell"
    assert drafts[0]["run_it"]["command"] == "$.command"
    assert drafts[1]["fetch"]["kind"] == "http"
    assert drafts[1]["fetch"]["servers"] == ["web"]


def test_people_see_the_draft_too(data: Path) -> None:
    said = CliRunner().invoke(app, ["tools", "--data", str(data)]).stdout
    assert "run_it" in said
    assert "command: $.command" in said


def test_no_log_is_an_error_with_a_way_on(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["tools", "--data", str(tmp_path)])
    assert "no audit log" in str(done.exception)
