"""`callwarden check`: what the policies say about a command, a call, or a file of calls. Nothing is run or recorded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click

from callwarden.call import Session
from callwarden.cli import answer, lines, options, pipeline
from callwarden.cli import layers as layered
from callwarden.cli.crowd import Crowd
from callwarden.cli.judge import Judge, opened
from callwarden.cli.show import show
from callwarden.cli.stage import single, stage
from callwarden.decision import Effect, Finding
from callwarden.facts.model import Facts
from callwarden.judging import Judged

EXIT = {Effect.ALLOW: 0, Effect.DENY: 3, Effect.ESCALATE: 4}
Admitted = tuple[lines.Line, Session, Finding | None]


@click.command()
@click.argument("command", required=False)
@options.together(
    options.call,
    options.batch,
    options.workspace,
    options.profile,
    options.policies,
    options.layers,
    options.engine,
    options.opa_url,
    options.resolve,
    options.as_json,
)
@click.pass_context
def check(
    ctx: click.Context,
    *,
    command: str | None,
    call_file: IO[bytes] | None,
    batch: IO[bytes] | None,
    workspace: Path | None,
    profile: str,
    policies: Path | None,
    layers: bool | None,
    engine: str,
    opa_url: str | None,
    resolve: bool,
    as_json: bool,
) -> None:
    """Decide about COMMAND, one call (--call) or a batch of calls (--batch). Nothing is run.

    Ends with 0 for allow, 3 for deny and 4 for escalate. A batch gives one JSON line for every call, in order, and
    ends with 0.
    """
    options.exactly_one(**{"COMMAND": command, "--call": call_file, "--batch": batch})
    bundle = layered.load(policies, workspace, layers=batch is None if layers is None else layers)
    with opened(bundle, engine, opa_url, resolve=resolve) as judge:
        session = stage(judge.bundle, profile, workspace, batch=batch is not None)
        if batch is None:
            ctx.exit(_one(judge, session, single(command, call_file), as_json))
        crowd = Crowd(session)
        admitted = (_admit(crowd, session, line) for line in lines.read(batch))
        pipeline.stream(
            admitted, lambda item: answer.line(item[0].id, _judged(judge, item).decision), sys.stdout.buffer
        )


def _admit(crowd: Crowd, session: Session, line: lines.Line) -> Admitted:
    return (line, *crowd.admit(line.call)) if line.call else (line, session, None)


def _judged(judge: Judge, admitted: Admitted) -> Judged:
    line, session, refusal = admitted
    if line.call is None:
        return Judged(judge.malformed(line), Facts())
    return Judged(judge.refuse(refusal), Facts()) if refusal else judge.examine(line.call, session)


def _one(judge: Judge, session: Session, line: lines.Line, as_json: bool) -> int:
    judged = _judged(judge, _admit(Crowd(session), session, line))
    if as_json:
        sys.stdout.buffer.write(answer.line(line.id, judged.decision))
    else:
        show(judged.decision, judged.facts)
    return EXIT[judged.decision.effect]
