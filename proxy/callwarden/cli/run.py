"""`callwarden run`: a program behind the gate, the process door and the egress door."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from callwarden import config
from callwarden.cli import options
from callwarden.cli.app import FAULT
from callwarden.errors import CallwardenError
from callwarden.launch.launch import launch
from callwarden.launch.plan import WAIVABLE, Plan

OURS = 125  # as env(1) and nohup(1): what is above is the program's own


@click.command(context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False})
@click.argument("program", nargs=-1, required=True, metavar="-- PROGRAM …", type=click.UNPROCESSED)
@options.together(options.profile, options.workspace, options.policies)
@click.option(
    "--agent", default="", metavar="NAME", help="Add what the policies say about this agent: its model hosts."
)
@click.option(
    "--mode",
    type=click.Choice(["enforce", "observe"]),
    default="enforce",
    show_default=True,
    help="Whether to stop what is refused, or only to record it.",
)
@click.option("--data", type=click.Path(path_type=Path), help="Where the audit log and the keys are.")
@click.option(
    "--unsafe-without",
    "without",
    multiple=True,
    type=click.Choice(WAIVABLE),
    help="Go on without a protection that this machine can't give. Every record says so.",
)
@click.pass_context
def run(
    ctx: click.Context,
    *,
    program: tuple[str, ...],
    profile: str,
    workspace: Path | None,
    policies: Path | None,
    agent: str,
    mode: Literal["enforce", "observe"],
    data: Path | None,
    without: tuple[str, ...],
) -> None:
    """Run PROGRAM behind callwarden: what it starts and what it sends is decided by the policies before it happens.

    Ends with the program's own status, or 125 (callwarden failed), 126 (the program was refused), 127 (not found).
    """
    plan = Plan(
        program=program,
        workspace=(workspace or Path()).resolve(),
        home=Path.home().resolve(),
        data=(data or config.data_directory()).resolve(),
        user=config.config_directory(),
        policies=policies,
        profile=profile,
        agent=agent,
        mode=mode,
        without=frozenset(without),
    )
    try:
        ctx.exit(launch(plan, say=lambda line: click.echo(f"callwarden: {line}", err=True)))
    except CallwardenError as problem:
        problem.exit_code = OURS if problem.exit_code == FAULT else problem.exit_code
        raise
