"""A person's and a project's policy layers count at the command line as they do in a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from callwarden.cli.app import app

DENY = """package callwarden.layers.project.rules.local

findings contains {
	"rule": "local.never",
	"effect": "deny",
	"part": "commands/0",
	"reason": "the project says so",
	"help": "",
	"severity": "low",
	"tags": [],
} if input.facts.commands[0].program == "ls"
"""
TEST = """package callwarden.layers.project.rules.local_test

import data.callwarden.layers.project.rules.local

test_it_is_the_projects_own if count(local.findings) == 1 with input as {"facts": {"commands": [{"program": "ls"}]}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    rules = folder / ".callwarden" / "rules" / "local"
    rules.mkdir(parents=True)
    (rules / "local.rego").write_text(DENY)
    (folder / ".callwarden" / "data.yaml").write_text("programs:\n  frobnicate: {reason: our own}\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(folder)
    return folder


def effect(*arguments: str, stdin: str = "") -> str:
    done = CliRunner().invoke(app, ["check", "--json", *arguments], input=stdin)
    return str(json.loads(done.stdout)["effect"])


@pytest.mark.usefixtures("project")
def test_a_projects_data_and_rules_count_in_its_folder() -> None:
    assert (effect("frobnicate"), effect("ls")) == ("allow", "deny")
    assert (effect("frobnicate", "--no-layers"), effect("ls", "--no-layers")) == ("escalate", "allow")


def test_the_workspace_names_the_project(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert effect("ls") == "allow"
    assert effect("ls", "--workspace", str(project)) == "deny"


@pytest.mark.usefixtures("project")
def test_a_batch_answers_alike_everywhere_unless_layers_are_asked_for() -> None:
    line = json.dumps({"id": "c1", "kind": "shell", "command": "ls"})
    assert effect("--batch", "-", stdin=line) == "allow"
    assert effect("--batch", "-", "--layers", stdin=line) == "deny"


def test_a_projects_rego_tests_run_and_a_broken_layer_is_named(project: Path) -> None:
    rules = project / ".callwarden" / "rules" / "local"
    named = ["policy", "test", "--no-coverage", "--run", "layers"]
    assert CliRunner().invoke(app, named).exit_code == 1  # there are none yet
    (rules / "local_test.rego").write_text(TEST)
    assert "1 of 1 test passed" in CliRunner().invoke(app, named).stdout
    (rules / "local.rego").write_text(DENY.replace("local.never", 'local"'))
    broken = CliRunner().invoke(app, ["policy", "check"])
    assert broken.exit_code == 2
    assert "local.rego" in broken.output
