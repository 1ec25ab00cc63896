"""Options that several commands share, each written once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from callwarden.errors import UsageError

Function = TypeVar("Function", bound=Callable[..., Any])

policies = click.option(
    "--policies", type=click.Path(path_type=Path), help="The policy bundle to use instead of the one that is built in."
)
profile = click.option("--profile", default="coding", show_default=True, help="The starting point for the rules.")
workspace = click.option(
    "--workspace", type=click.Path(path_type=Path), help="Where the agent works [default: the current folder]."
)
layers = click.option(
    "--layers/--no-layers",
    default=None,
    help="Lay ~/.config/callwarden and the workspace's .callwarden over the policies, as `run` does "
    "[default: yes, but not for a batch, which answers alike on every machine].",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
resolve = click.option("--resolve", is_flag=True, help="Follow symbolic links on this machine's disk.")
engine = click.option(
    "--engine",
    type=click.Choice(["embedded", "opa"]),
    default="embedded",
    show_default=True,
    help="What runs the Rego.",
)
opa_url = click.option("--opa-url", metavar="URL", help="The OPA server, with `--engine opa`.")
batch = click.option("--batch", type=click.File("rb"), metavar="FILE|-", help="Calls, one JSON object a line.")
call = click.option("--call", "call_file", type=click.File("rb"), metavar="FILE|-", help="One call as JSON.")


def together(*options: Callable[[Function], Function]) -> Callable[[Function], Function]:
    """Several options as one decorator, in the order that the help shows them."""

    def decorate(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def exactly_one(**given: object) -> None:
    """Refuses a command line that says what to judge twice, or not at all."""
    named = [name for name, value in given.items() if value is not None]
    if len(named) != 1:
        choice = ", ".join(given)
        raise UsageError(
            f"say what to judge with exactly one of {choice}" + (f"; given: {', '.join(named)}" if named else ""),
            help="for example: callwarden check 'git status'",
        )
