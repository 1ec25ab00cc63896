"""`callwarden doctor`: what this machine can enforce, and whether it does."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
import orjson

from callwarden import config
from callwarden.cli import options
from callwarden.doctor import platform
from callwarden.doctor.attempt import doors
from callwarden.doctor.checks import Check, checks
from callwarden.launch.plan import WAIVABLE
from callwarden.sandbox.platform import Feature, probe, setuid_programs

_LOOKS = {"ok": ("ok", "green"), "note": ("--", "yellow"), "bad": ("NO", "red")}
_HOW = {platform.STOPPED: "green", platform.PROXY: "yellow", platform.UNSEEN: "red"}


@click.command()
@options.together(options.policies, options.as_json)
@click.option("--data", type=click.Path(path_type=Path), help="Where the audit log and the keys are.")
@click.option(
    "--unsafe-without", "without", multiple=True, type=click.Choice(WAIVABLE), help="As `run` would be started."
)
@click.pass_context
def doctor(
    ctx: click.Context, *, policies: Path | None, as_json: bool, data: Path | None, without: tuple[str, ...]
) -> None:
    """Say what this machine can enforce, then ask every door for something that it must refuse.

    Ends with 0 if everything that `callwarden run` needs is there and every door refused, else with 1.
    """
    features = probe()
    found = [*checks(policies, (data or config.data_directory()).resolve()), *doors(policies, frozenset(without))]
    if as_json:
        click.echo(orjson.dumps(_document(features, found), option=orjson.OPT_INDENT_2).decode())
    else:
        _show(features, found)
    ctx.exit(int(any(check.state == "bad" for check in found)))


def _document(features: list[Feature], found: list[Check]) -> dict[str, object]:
    return {
        "place": platform.place(),
        "enforced": dict(zip(platform.KINDS, platform.here(features), strict=True)),
        "features": [asdict(feature) for feature in features],
        "setuid": setuid_programs(),
        "checks": [asdict(check) for check in found],
    }


def _show(features: list[Feature], found: list[Check]) -> None:
    click.echo(click.style(f"On this machine ({platform.place()}), behind `callwarden run`", bold=True))
    for kind, how in zip(platform.KINDS, platform.here(features), strict=True):
        click.echo(f"  {kind:24} {click.style(how, fg=_HOW[how])}")
    click.echo(click.style("\nWhat it can do", bold=True))
    for feature in features:
        _line("ok" if feature.available else "bad" if feature.door else "note", feature.name, feature.reason)
    click.echo(click.style("\nWhat is here, and whether it works", bold=True))
    for check in found:
        _line(check.state, check.name, check.says, check.help)
    if weak := setuid_programs():
        click.echo(f"\nPrograms that need set-user-ID rights and won't work behind it: {', '.join(weak)}")


def _line(state: str, name: str, says: str, help: str = "") -> None:
    word, colour = _LOOKS[state]
    click.echo(f"  {click.style(word, fg=colour, bold=True)}  {name:16} {says}")
    if help and state != "ok":
        click.echo(f"      {'':16} {click.style('→', dim=True)} {help}")
