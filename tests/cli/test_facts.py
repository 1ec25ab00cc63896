"""`callwarden facts`: what a policy would see, and an error where there is nothing to see."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from callwarden.cli.app import app

READ = {"id": "f1", "kind": "file", "operation": "read", "path": "notes.txt"}
LISTS = {"parts", "commands", "paths", "hosts", "code", "credentials", "opaque", "unparsable", "index"}


def facts(bundle: Path, *arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, ["facts", "--policies", str(bundle), *arguments], input=stdin)


def test_facts_are_whole(bundle: Path) -> None:
    done = facts(bundle, "--call", "-", stdin=json.dumps(READ))
    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert said["id"] == "f1"
    assert set(said["facts"]) >= LISTS


def test_relative_paths_are_under_the_workspace(bundle: Path) -> None:
    done = facts(bundle, "--batch", "-", "--workspace", "/workspace", stdin=json.dumps(READ))
    (path,) = json.loads(done.stdout)["facts"]["paths"]
    assert path["path"] == "/workspace/notes.txt"
    assert path["resolved"] is False


def test_a_batch_has_a_line_for_every_line(bundle: Path) -> None:
    done = facts(bundle, "--batch", "-", stdin=json.dumps(READ) + "\n{\n" + json.dumps({**READ, "id": "f3"}))
    assert done.exit_code == 0
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in said] == ["f1", 2, "f3"]
    assert "error" in said[1]
    assert "facts" not in said[1]


def test_json_is_one_line(bundle: Path) -> None:
    assert len(facts(bundle, "--json", "ls").stdout.splitlines()) == 1
    assert len(facts(bundle, "ls").stdout.splitlines()) > 1


def test_what_is_no_call_is_a_usage_error(bundle: Path) -> None:
    assert getattr(facts(bundle, "--call", "-", stdin="{").exception, "exit_code", 0) == 2
    assert getattr(facts(bundle).exception, "exit_code", 0) == 2


def test_text_that_is_no_utf8_does_not_end_a_batch(bundle: Path) -> None:
    odd = {"id": "f2", "kind": "shell", "command": "cat $'\\xff\\xed'"}
    done = facts(bundle, "--batch", "-", stdin="\n".join(json.dumps(call) for call in (READ, odd, READ)))
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["f1", "f2", "f1"]
    assert facts(bundle, "--json", odd["command"]).exit_code == 0
    assert facts(bundle, odd["command"]).exit_code == 0
