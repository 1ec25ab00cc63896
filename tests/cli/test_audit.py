import csv
import io
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from callwarden.audit import chain
from callwarden.audit.sqlite import FILE
from callwarden.call import Session
from callwarden.cli.audit import audit
from callwarden.document import Cause
from callwarden.errors import AuditError, ChainBroken, UsageError
from callwarden.gate import Gate
from callwarden.testing import Answering, call, finding


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A log of one tool call, a process it started, a connection that was refused, and how the call ended."""
    with Gate.open(tmp_path, engine=Answering(), tables={}, resolve=False) as gate:
        gate.open_session(Session(id="s1"))
        gate.decide(call(id="t1", command="make =evil \x1b[2J"), session="s1")
        gate.decide(call("exec", id="e1", argv=["ssh", "host"]), session="s1", door="process")
        gate.engine = Answering(finding("deny", rule="tunnel.reverse", part="call"))
        gate.decide(call("connect", id="n1"), session="s1", door="egress", cause=Cause(id="e1", confidence="exact"))
        gate.complete("t1", {"status": 0}, session="s1")
        yield tmp_path


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(audit, [str(argument) for argument in arguments])


def output(*arguments: str | Path) -> str:
    result = invoke(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_tail_shows_the_last_records_while_the_gate_runs(data: Path) -> None:
    lines = output("tail", "-n", "2", "--data", data).splitlines()
    assert "connect" in lines[0]
    assert "result" in lines[1]


def test_tail_prints_records_as_json_lines(data: Path) -> None:
    records = [orjson.loads(line) for line in output("tail", "--json", "--data", data).splitlines()]
    assert [record["seq"] for record in records] == [1, 2, 3, 4, 5, 6, 7]


def test_tail_goes_on_with_what_is_recorded_meanwhile(tmp_path: Path) -> None:
    with Gate.open(tmp_path, engine=Answering(), tables={}) as gate:
        command = [
            sys.executable,
            "-m",
            "callwarden",
            "audit",
            "tail",
            "-f",
            "-n",
            "1",
            "--json",
            "--data",
            str(tmp_path),
        ]
        environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as tail:
            assert tail.stdout
            assert orjson.loads(tail.stdout.readline())["type"] == "policy"
            gate.open_session(Session(id="s1"))
            assert orjson.loads(tail.stdout.readline())["type"] == "session"
            tail.kill()


def test_show_finds_a_record_by_id_and_every_record_of_a_call(data: Path) -> None:
    records = [orjson.loads(line)["record"] for line in output("show", "t1", "--json", "--data", data).splitlines()]
    assert [record["type"] for record in records] == ["decision", "result"]
    shown = output("show", records[0]["id"], "--data", data)
    assert "test.rule" in shown
    assert "make =evil" in shown


def test_show_of_nothing_says_so(data: Path) -> None:
    assert isinstance(invoke("show", "nothing", "--data", data).exception, UsageError)


def test_the_tree_hangs_each_effect_under_its_cause_with_effect_rule_and_reason(data: Path) -> None:
    lines = output("tree", "--data", data).splitlines()
    assert lines[0] == "session s1"
    assert lines[1].startswith("└─ allow shell: make =evil")
    assert lines[1].endswith("→ status=0")
    assert lines[2].startswith("   └─ allow exec: ssh host")
    assert lines[3].startswith("      └─ deny connect: example.org:443 — ")


def test_nothing_an_agent_wrote_moves_the_cursor(data: Path) -> None:
    for command in ("tail", "tree"):
        assert "\x1b" not in output(command, "--data", data)
    assert "\x1b" not in output("show", "t1", "--data", data)


def test_the_tree_as_json_has_a_node_a_line_with_its_depth(data: Path) -> None:
    nodes = [orjson.loads(line) for line in output("tree", "--json", "--data", data).splitlines()]
    assert [(node["depth"], node["record"].get("kind", "")) for node in nodes] == [
        (0, ""),
        (1, "shell"),
        (2, "exec"),
        (3, "connect"),
    ]


def test_the_tree_of_another_session_is_empty(data: Path) -> None:
    assert output("tree", "--session", "s2", "--data", data) == ""


def test_verify_prints_the_head_and_holds_the_log_to_one_noted_earlier(data: Path) -> None:
    said = orjson.loads(output("verify", "--json", "--data", data))
    assert (said["intact"], said["records"], said["broken"]) == (True, 7, None)
    head = f"{said['head']['seq']}:{said['head']['hash']}"
    assert head in output("verify", "--data", data)
    assert output("verify", "--head", head, "--data", data)
    other = f"7:{'0' * 64}"
    assert isinstance(invoke("verify", "--head", other, "--data", data).exception, ChainBroken)


@pytest.mark.parametrize("head", ["7", "x:y", "7:short", ":"])
def test_a_head_of_another_form_is_a_usage_error(data: Path, head: str) -> None:
    assert isinstance(invoke("verify", "--head", head, "--data", data).exception, UsageError)


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        ("UPDATE record SET bytes = CAST(replace(bytes, 'deny', 'allow') AS BLOB) WHERE seq = 6", "record 6"),
        ("DELETE FROM record WHERE seq = 4", "record 4 .gap"),
        ("DELETE FROM record WHERE seq = 1", "record 1 .gap"),
    ],
)
def test_verify_ends_with_1_and_says_where_a_log_is_broken(data: Path, damage: str, place: str) -> None:
    connection = sqlite3.connect(data / FILE)
    connection.execute(damage)
    connection.commit()
    connection.close()
    broken = invoke("verify", "--data", data).exception
    assert isinstance(broken, ChainBroken)
    assert broken.exit_code == 1
    assert broken.args[0].startswith(f"the log is broken at {place[:8]}")
    said = orjson.loads(invoke("verify", "--json", "--data", data).output)
    assert said["intact"] is False


def test_an_export_is_the_recorded_bytes_and_verifies_by_itself(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert output("export", "--as", "jsonl", "--out", out, "--data", data) == ""
    with out.open("rb") as file:
        report = chain.verify(chain.lines(file))
    assert (report.intact, report.records) == (True, 7)


def test_a_csv_export_has_a_row_a_record_and_no_cell_that_a_spreadsheet_would_run(data: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(output("export", "--as", "csv", "--data", data))))
    assert [row["type"] for row in rows] == ["system", "policy", "session", *["decision"] * 3, "result"]
    assert rows[5]["rule"] == "tunnel.reverse" or rows[5]["rule"] == "gate.uncovered"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_an_export_that_cannot_be_written_says_so(data: Path, tmp_path: Path) -> None:
    assert isinstance(invoke("export", "--out", tmp_path / "no" / "file", "--data", data).exception, UsageError)


@pytest.mark.parametrize("command", ["tail", "tree", "verify", "export"])
def test_where_there_is_no_log_every_command_says_so(tmp_path: Path, command: str) -> None:
    assert isinstance(invoke(command, "--data", tmp_path).exception, AuditError)
