"""`callwarden check`: one decision and its exit code, and batches in which no line is lost."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from callwarden.cli.app import app
from callwarden.errors import EngineMissing

LS = {"id": "c1", "kind": "shell", "command": "ls"}


def check(bundle: Path, *arguments: str, stdin: str | bytes = b"") -> Result:
    return CliRunner().invoke(app, ["check", "--policies", str(bundle), *arguments], input=stdin)


def answers(bundle: Path, *calls: dict[str, Any] | str, arguments: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    text = "\n".join(call if isinstance(call, str) else json.dumps(call) for call in calls)
    done = check(bundle, "--batch", "-", "--workspace", "/workspace", *arguments, stdin=text)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def rules(answer: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in answer["findings"]}


@pytest.mark.parametrize(
    ("command", "code", "effect"), [("ls", 0, "allow"), ("rm x", 3, "deny"), ("git push", 4, "escalate")]
)
def test_the_exit_code_says_the_effect(bundle: Path, command: str, code: int, effect: str) -> None:
    done = check(bundle, command)
    assert done.exit_code == code
    assert done.stdout.startswith(effect)


def test_a_refusal_shows_rule_part_reason_and_help(bundle: Path) -> None:
    done = check(bundle, "rm x")
    for text in ("test.program", "rm x", "because the test says so", "ask the test"):
        assert text in done.stdout


def test_json_is_one_line_of_the_documented_shape(bundle: Path) -> None:
    done = check(bundle, "--json", "ls")
    (answer,) = map(json.loads, done.stdout.splitlines())
    assert list(answer) == ["id", "effect", "findings", "revision", "micros"]
    assert {"rule", "effect", "reason", "help", "severity", "tags", "part"} == set(answer["findings"][0])
    assert answer["revision"] == "test"
    assert isinstance(answer["micros"], int)


def test_one_call_is_read_from_a_file_or_standard_input(bundle: Path, tmp_path: Path) -> None:
    file = tmp_path / "call.json"
    file.write_text(json.dumps(LS, indent=2))
    assert check(bundle, "--call", str(file)).exit_code == 0
    assert check(bundle, "--call", "-", stdin=json.dumps(LS)).exit_code == 0


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"id": "c1"}', json.dumps(LS) * 2])
def test_one_call_that_is_none_is_denied(bundle: Path, text: str) -> None:
    done = check(bundle, "--call", "-", "--json", stdin=text)
    assert done.exit_code == 3
    assert rules(json.loads(done.stdout)) == {"gate.malformed"}


def test_a_command_that_is_not_utf8_is_denied(bundle: Path) -> None:
    done = check(bundle, "--json", "ls \udcff")
    assert done.exit_code == 3
    assert rules(json.loads(done.stdout)) == {"gate.malformed"}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("ls", "--batch", "-"),
        ("ls", "--call", "-"),
        ("--call", "-", "--batch", "-"),
        ("--batch", "/nowhere/calls.jsonl"),
        ("ls", "--profile", "nosuch"),
        ("ls", "--engine", "opa"),
        ("ls", "--engine", "regorus"),
        ("ls", "--opa-url", "http://127.0.0.1:1"),
        ("ls", "extra"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_a_usage_error(bundle: Path, arguments: tuple[str, ...]) -> None:
    done = check(bundle, *arguments)
    assert done.exit_code == 2 or getattr(done.exception, "exit_code", 0) == 2


def test_policies_that_are_not_there_are_a_usage_error(tmp_path: Path) -> None:
    done = check(tmp_path / "nowhere", "ls")
    assert getattr(done.exception, "exit_code", 0) == 2


def test_a_batch_answers_every_line_in_order(bundle: Path) -> None:
    calls = [{"id": f"c{n}", "kind": "shell", "command": "ls" if n % 2 else "rm x"} for n in range(50)]
    found = answers(bundle, *calls)
    assert [a["id"] for a in found] == [c["id"] for c in calls]
    assert [a["effect"] for a in found] == ["allow" if n % 2 else "deny" for n in range(50)]


def test_a_malformed_line_is_denied_and_the_rest_go_on(bundle: Path) -> None:
    found = answers(bundle, LS, "{", {"id": "c3", "kind": "shell"}, {**LS, "id": "c4"})
    assert [a["id"] for a in found] == ["c1", 2, "c3", "c4"]
    assert [a["effect"] for a in found] == ["allow", "deny", "deny", "allow"]
    assert rules(found[1]) == rules(found[2]) == {"gate.malformed"}


def test_an_empty_batch_has_no_answers(bundle: Path) -> None:
    assert answers(bundle, "") == []


def test_an_engine_that_cannot_be_had_is_said_before_any_call_is_read(bundle: Path) -> None:
    done = check(bundle, "--batch", "-", "--engine", "opa", "--opa-url", "http://127.0.0.1:9", stdin=json.dumps(LS))
    assert isinstance(done.exception, EngineMissing)
    assert done.stdout == ""


def test_another_identity_in_one_session_is_denied(bundle: Path) -> None:
    found = answers(
        bundle,
        {**LS, "session": {"id": "s", "team": "red"}},
        {**LS, "id": "c2", "session": {"id": "s", "team": "blue"}},
        {**LS, "id": "c3", "session": {"id": "s"}},
        {**LS, "id": "c4", "session": {"id": "t", "team": "blue"}},
    )
    assert [a["effect"] for a in found] == ["allow", "deny", "allow", "allow"]
    assert rules(found[1]) == {"gate.identity"}


def test_one_id_with_two_contents_is_a_replay_within_a_session_only(bundle: Path) -> None:
    shared = {"session": {"id": "s"}}
    found = answers(
        bundle, {**LS, **shared}, {**LS, **shared}, {**LS, **shared, "command": "ls -l"}, {**LS, "command": "ls -l"}
    )
    assert [a["effect"] for a in found] == ["allow", "allow", "deny", "allow"]
    assert rules(found[2]) == {"gate.replay"}


def test_the_batch_may_come_from_a_file(bundle: Path, tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_bytes(io.BytesIO(json.dumps(LS).encode() + b"\n\xff\n").getvalue())
    done = check(bundle, "--batch", str(file))
    assert [json.loads(line)["effect"] for line in done.stdout.splitlines()] == ["allow", "deny"]


def test_text_that_is_no_utf8_is_decided_and_shown(bundle: Path) -> None:
    odd = {"id": "c2", "kind": "shell", "command": "cat $'\\xff\\xed'"}
    assert [answer["id"] for answer in answers(bundle, LS, odd, {**LS, "id": "c3"})] == ["c1", "c2", "c3"]
    assert check(bundle, odd["command"]).exit_code == 3
