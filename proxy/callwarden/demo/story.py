"""Tells the demo: its servers, the agent behind callwarden, what stopped it, the log as a tree, its verification."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from callwarden.audit.reader import Reader
from callwarden.cli.app import status
from callwarden.demo import certificates, expect, network, scenery, surroundings, tunnel, world
from callwarden.launch.launch import launch


def tell() -> int:
    """0 if everything happened that must; else 1, after saying what did not."""
    with tempfile.TemporaryDirectory(prefix="callwarden-demo-") as name:
        folder = Path(name).resolve()
        trust, tls = certificates.authority(folder)
        with world.running(tls) as servers:
            _heading("The world", "real servers on this machine's loopback; nothing leaves it")
            _control(servers)
            return _acted(folder, trust, servers)


def _control(servers: world.World) -> None:
    """Without callwarden the tunnel opens: what stops it later is callwarden and not a broken server."""
    for name, port in servers.ports.items():
        click.echo(f"  {network.NAMES[name]:24} is 127.0.0.1:{port}")
    opened = tunnel.opens(servers.ports["ssh"])
    click.echo(f"  without callwarden, a reverse tunnel to the SSH server {_word(opened, 'opens', 'DOES NOT OPEN')}")
    servers.reached.clear()
    if not opened:
        raise RuntimeError("the demo's SSH server takes no tunnel, so refusing one would show nothing")


def _acted(folder: Path, trust: Path, servers: world.World) -> int:
    _heading("The agent", "honest work first; then what the incident's agent did")
    stage = scenery.build(folder)
    data = folder / "data"
    plan = surroundings.plan(folder, stage, data, trust, servers)
    ended = launch(plan, say=_said)
    with Reader(data) as log:
        found = expect.outcomes(log.records())
    _table(found)
    problems = [*expect.failures(ended, found, servers), *_audited(data)]
    _ending(problems)
    return 1 if problems else 0


def _table(found: Sequence[expect.Outcome]) -> None:
    _heading("What stopped it", "door, rule, attempt")
    for outcome in found:
        door = click.style(f"{outcome.attempt.door:8}", fg="cyan")
        rule = click.style(f"{outcome.rule:38}", fg="red" if outcome.record is None else "green")
        click.echo(f"  {door} {rule} {outcome.attempt.what}")


def _audited(data: Path) -> Iterator[str]:
    """Shows the log as a tree, verifies it, and yields what is wrong with it."""
    for title, arguments in (("The audit log", ["audit", "tree"]), ("Its verification", ["audit", "verify"])):
        _heading(title, f"callwarden {' '.join(arguments)}")
        if ended := status([*arguments, "--data", str(data)]):
            yield f"`callwarden {' '.join(arguments)}` ended with {ended}"


def _ending(problems: Sequence[str]) -> None:
    if not problems:
        click.echo(f"\n{_word(True, 'Everything that had to be stopped was, and the honest work was done.', '')}")
    for problem in problems:
        click.echo(f"{_word(False, '', 'NOT AS EXPECTED')}: {problem}")


def _heading(title: str, what: str) -> None:
    click.echo(f"\n{click.style(title, bold=True, underline=True)}  {click.style(what, dim=True)}")


def _said(line: str) -> None:
    click.echo(click.style(f"  callwarden: {line}", dim=True))


def _word(good: bool, yes: str, no: str) -> str:
    return click.style(yes, fg="green") if good else click.style(no, fg="red", bold=True)
