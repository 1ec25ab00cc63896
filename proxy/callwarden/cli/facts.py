"""`callwarden facts`: what a policy would see of a call."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO

import click

from callwarden.cli import lines, options, pipeline, wire
from callwarden.cli.stage import single, stage
from callwarden.engine import bundle as bundles
from callwarden.errors import UsageError
from callwarden.facts.context import Context
from callwarden.facts.derive import derive


@click.command()
@click.argument("command", required=False)
@options.together(
    options.call, options.batch, options.workspace, options.profile, options.policies, options.resolve, options.as_json
)
def facts(
    *,
    command: str | None,
    call_file: IO[bytes] | None,
    batch: IO[bytes] | None,
    workspace: Path | None,
    profile: str,
    policies: Path | None,
    resolve: bool,
    as_json: bool,
) -> None:
    """Show the facts of COMMAND, of one call (--call) or of a batch of calls (--batch), as a policy would see them.

    They are JSON: laid out for reading, or one line with --json and for every call of a batch.
    """
    options.exactly_one(**{"COMMAND": command, "--call": call_file, "--batch": batch})
    bundle = bundles.load(policies)
    session = stage(bundle, profile, workspace, batch=batch is not None)
    context = Context.of(session, bundle.tables, resolve=resolve)
    if batch is not None:
        pipeline.stream(lines.read(batch), lambda line: _line(line, context), sys.stdout.buffer)
        return
    line = single(command, call_file)
    if line.call is None:
        raise UsageError(f"this is no call: {line.problem}")
    seen = _seen(line, context)
    click.echo(wire.line(seen).decode() if as_json else json.dumps(seen, indent=2), nl=not as_json)


def _line(line: lines.Line, context: Context) -> bytes:
    return wire.line(_seen(line, context))


def _seen(line: lines.Line, context: Context) -> dict[str, object]:
    """The facts, or why there are none. A line that is no call has an error, and no facts that could look harmless."""
    if line.call is None:
        return {"id": line.id, "error": line.problem}
    return {"id": line.id, "facts": derive(line.call, context).model_dump(mode="json")}
