"""`callwarden tools`: functions and MCP tools that were called by name alone, and bindings to judge them by."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from callwarden import config
from callwarden.audit.reader import Reader
from callwarden.cli import options
from callwarden.cli.unbound import Seen, draft, seen


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Where the audit log is.")
@options.as_json
def tools(*, data: Path | None, as_json: bool) -> None:
    """List the tools that were seen in the audit log and that no binding names, most called first.

    For each a binding is drafted from the arguments it was called with. A person who keeps the policies reads it, mends
    it, and puts it into the bundle's callwarden/facts/tools/data.yaml.
    """
    with Reader(data or config.data_directory()) as log:
        found = seen(log)
    if as_json:
        click.echo(orjson.dumps([_row(tool) for tool in found], option=orjson.OPT_INDENT_2).decode())
        return
    if not found:
        click.echo("no unbound tool was seen")
    for tool in found:
        click.echo(f"{click.style(tool.title, bold=True)}  {tool.calls} calls, {tool.refused} refused")
        click.echo("".join(f"  {line}\n" for line in draft(tool).splitlines()))


def _row(tool: Seen) -> dict[str, object]:
    return {
        "server": tool.server,
        "tool": tool.name,
        "calls": tool.calls,
        "refused": tool.refused,
        "arguments": tool.arguments,
        "draft": draft(tool),
    }
