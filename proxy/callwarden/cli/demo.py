"""`callwarden demo`: the incident, re-enacted on this machine and stopped."""

from __future__ import annotations

import click

from callwarden.errors import UsageError


@click.command()
@click.pass_context
def demo(ctx: click.Context) -> None:
    """Re-enact the incident: an agent works honestly, then opens a tunnel, mines and leaks keys, and is stopped.

    No model and no network: its servers are real ones on this machine's loopback. Takes less than a minute and ends
    with 0 only if everything happened that must.
    """
    try:
        from callwarden.demo.story import tell  # noqa: PLC0415 - its servers need an extra
    except ModuleNotFoundError as missing:
        raise UsageError(
            f"the demo needs {missing.name}, which is not installed", help="install callwarden[demo,egress]"
        ) from None
    ctx.exit(tell())
