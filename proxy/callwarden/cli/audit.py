"""`callwarden audit`: read, verify and export the log, also while its gate runs."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click
import orjson

from callwarden import config
from callwarden.approval.show import safe
from callwarden.audit.chain import Break, Head, Report, verify
from callwarden.audit.reader import Reader, Record
from callwarden.audit.tables import COLUMNS, row
from callwarden.audit.tree import Node, draw, grow, walk
from callwarden.cli.options import as_json
from callwarden.errors import ChainBroken, UsageError

POLL = 0.2  # seconds between looks for what is new
WIDEST = 160
COLOURS = {"allow": "green", "deny": "red", "escalate": "yellow"}

data = click.option(
    "--data", type=click.Path(path_type=Path), help="The data directory [default: ~/.local/share/callwarden]."
)


@click.group()
def audit() -> None:
    """Read, verify and export the audit log."""


@audit.command()
@click.option("-f", "--follow", is_flag=True, help="Go on with what is recorded from now on.")
@click.option("-n", "--lines", default=20, show_default=True, type=click.IntRange(0), help="How many of the last.")
@as_json
@data
def tail(follow: bool, lines: int, as_json: bool, data: Path | None) -> None:
    """The last records."""
    with _reader(data) as reader:
        last = reader.last(lines)
        seq = last[-1]["seq"] if last else reader.head().seq
        for record in last:
            click.echo(_line(record, as_json))
        while follow:
            for record in reader.records(after=seq):
                seq = record["seq"]
                click.echo(_line(record, as_json))
            time.sleep(POLL)


@audit.command()
@click.argument("name", metavar="ID")
@as_json
@data
def show(name: str, as_json: bool, data: Path | None) -> None:
    """One record with its payload: by its id, its number, or every record of a call id."""
    with _reader(data) as reader:
        found = reader.find(name)
        if not found:
            raise UsageError(f"no record {name}", help="`callwarden audit tail` shows ids")
        for record in found:
            payload = _decoded(reader.payload(record))
            if as_json:
                click.echo(orjson.dumps({"record": record, "payload": payload}))
            else:
                _show(record, payload)


@audit.command()
@click.option("--session", help="Only this session.")
@as_json
@data
def tree(session: str | None, as_json: bool, data: Path | None) -> None:
    """Every session with its calls, what they caused, and how each was decided."""
    with _reader(data) as reader:
        sessions = [node for node in grow(reader.records()) if session in {None, node.record["session"]}]
        if as_json:
            for depth, node in walk(sessions):
                click.echo(_json({"depth": depth, "record": node.record, "result": node.result}))
            return
        for line in draw(sessions, lambda node: _leaf(node, _subject(node.record, reader))):
            click.echo(line)


@audit.command(name="verify")
@click.option("--head", metavar="SEQ:HASH", help="A head noted earlier; without one a cut tail can't be seen.")
@as_json
@data
def verify_command(head: str | None, as_json: bool, data: Path | None) -> None:
    """Check every link. Prints the head to note elsewhere; ends with 1 and the place where the chain is broken."""
    with _reader(data) as reader:
        report = verify(reader.lines(), _head(head))
    if as_json:
        click.echo(orjson.dumps(_reported(report)))
    elif report.intact:
        click.echo(f"{click.style('intact', fg='green')}  {report.records} records of log {report.log or '(empty)'}")
        click.echo(f"head    {report.head.seq}:{report.head.hash}")
        click.echo("Note the head elsewhere: only against it does `--head` show a tail that was cut off or rewritten.")
    if report.broken:
        raise ChainBroken(_broken(report.broken), help=f"{report.records} records before it are linked")


@audit.command()
@click.option("--as", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="A file to write [default: standard output].")
@as_json
@data
def export(form: str, out: Path | None, as_json: bool, data: Path | None) -> None:
    """Every record. JSONL is the recorded bytes as they are, and verifies; CSV is for a spreadsheet."""
    with _reader(data) as reader, _output(out) as output:
        if form == "csv" and not as_json:
            writer = csv.writer(output)
            writer.writerow(COLUMNS)
            writer.writerows(map(row, reader.records()))
        else:
            for line in reader.lines():
                output.write(line.bytes.decode() + "\n")


@contextmanager
def _reader(directory: Path | None) -> Iterator[Reader]:
    with Reader(directory or config.data_directory()) as reader:
        yield reader


@contextmanager
def _output(path: Path | None) -> Iterator[IO[str]]:
    if path is None:
        yield sys.stdout
        return
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}") from error


# Looks


def _line(record: Record, as_json: bool) -> str:
    if as_json:
        return orjson.dumps(record).decode()
    at = datetime.fromtimestamp(record["time_ns"] / 1e9, UTC).strftime("%H:%M:%S.%f")[:-3]
    words = [f"{record['seq']:>6}  {at}  {record['type']:<8}", _effect(record), record["door"], record["kind"]]
    return "  ".join(word for word in [*words, *_plain(_said(record))] if word)


def _said(record: Record) -> str:
    """What a record is about, in a few words."""
    match record["type"]:
        case "decision":
            return f"{_facts(record)}  {record['data'].get('rule', '')}  {record['call']}"
        case "result":
            return f"{record['call']}  {_ended(record)}"
        case "policy":
            return f"{record['engine']}  {record['policy_digest'][:12]}  {record['revision']}"
        case _:
            return _cut(f"{record['session']}  {record['call']}  {_json(record['data'])}")


def _show(record: Record, payload: Any) -> None:
    click.echo(_line(record, as_json=False))
    for name in ("id", "session", "call", "cause", "digest", "policy_digest", "revision", "engine", "micros", "prev"):
        if record[name]:
            click.echo(f"  {name:<14}{_one(record[name])}")
    for found in record["findings"]:
        click.echo(f"  {click.style(found['rule'], fg=COLOURS[found['effect']])}  {_one(found['part'])}")
        click.echo(f"    {_one(found['reason'])}")
    for name in ("facts", "data"):
        if record[name]:
            click.echo(f"  {name:<14}{_one(record[name])}")
    if record["payload"]:
        click.echo(f"  payload       {_one(payload) if payload is not None else 'erased'}")


def _leaf(node: Node, subject: str) -> str:
    """One line of the tree: what it is, how it was decided and why."""
    record = node.record
    if record["type"] == "session":
        return click.style(f"session {' '.join(_plain(record['session']))}", bold=True)
    ran = "" if record["data"].get("run") or record["effect"] == "deny" else " (did not run)"
    observed = " (observed)" if record["data"].get("observed") else ""
    words = [_effect(record) + observed + ran, f"{record['kind'] or 'malformed'}:", *_plain(subject)]
    rule = record["data"].get("rule", "")
    if record["effect"] != "allow":
        words.append(click.style(_cut(f"— {rule}: {_one(_reason(record, rule))}"), dim=True))
    if record["cause"].get("confidence") in {"inferred", "ambiguous"}:
        words.append(click.style(f"[cause {record['cause']['confidence']}]", dim=True))
    if node.result:
        words.append(click.style(_cut(f"→ {_ended(node.result)}"), dim=True))
    return " ".join(words)


def _subject(record: Record, reader: Reader) -> str:
    """What a call was, from its payload; once that is erased, what the record counts of it."""
    payload = _decoded(reader.payload(record)) if record["type"] == "decision" else None
    call = payload.get("call") if isinstance(payload, dict) else None
    if not isinstance(call, dict):
        return _facts(record) if record["type"] == "decision" else ""
    for name in ("command", "argv", "url", "host", "path", "name", "tool", "language", "device"):
        if value := call.get(name):
            text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
            port = f":{call['port']}" if name == "host" else ""
            return f"{call.get('method') or call.get('operation') or ''} {text}{port}".strip()[:160]
    return ""


def _effect(record: Record) -> str:
    effect = record["effect"]
    return click.style(effect, fg=COLOURS[effect], bold=True) if effect in COLOURS else effect


def _reason(record: Record, rule: str) -> str:
    return next((str(found["reason"]) for found in record["findings"] if found["rule"] == rule), "")


def _facts(record: Record) -> str:
    facts = record["facts"]
    return " ".join([*facts.get("programs", []), *facts.get("hosts", [])])[:120]


def _decoded(payload: bytes | None) -> Any:
    """A payload as JSON; one that was cut at the cap is shown as text."""
    if payload is None:
        return None
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        return payload.decode(errors="replace")


def _ended(record: Record) -> str:
    """How a call ended, as `key=value` words."""
    outcome = record["data"].get("result")
    if not isinstance(outcome, dict):
        return _one(outcome)
    return " ".join(f"{key}={_one(value)}" for key, value in outcome.items() if value not in ("", None))


def _cut(text: str) -> str:
    """One line stays one line; `audit show` and `--json` have the whole."""
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _one(value: object) -> str:
    return " ".join(_plain(value if isinstance(value, str) else _json(value)))


def _plain(text: str) -> list[str]:
    """Text from an agent, safe on a terminal."""
    return [line for line in safe(text) if line]


# Verifying


def _head(text: str | None) -> Head | None:
    if text is None:
        return None
    seq, _, value = text.partition(":")
    if not (seq.isascii() and seq.isdigit() and len(value) == 64):
        raise UsageError("--head is SEQ:HASH, as `audit verify` printed it")
    return Head(int(seq), value.lower())


def _broken(broken: Break) -> str:
    return f"the log is broken at record {broken.seq} ({broken.fault}): {broken.detail}"


def _reported(report: Report) -> dict[str, Any]:
    broken = report.broken
    return {
        "intact": report.intact,
        "log": report.log,
        "records": report.records,
        "head": {"seq": report.head.seq, "hash": report.head.hash},
        "broken": {"seq": broken.seq, "fault": broken.fault, "detail": broken.detail} if broken else None,
    }
