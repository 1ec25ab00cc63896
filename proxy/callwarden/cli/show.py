"""How decisions look to a person: the effect first, then why, then what to do instead."""

from __future__ import annotations

import click

from callwarden.cli.answer import ordered
from callwarden.decision import Decision, Effect, Finding
from callwarden.facts.model import Facts

_COLOURS = {Effect.ALLOW: "green", Effect.ESCALATE: "yellow", Effect.DENY: "red"}


def effect(value: Effect) -> str:
    return click.style(value.value, fg=_COLOURS[value], bold=True)


def show(decision: Decision, facts: Facts) -> None:
    """Prints a decision. An allowed call shows what was allowed, a refused one only what stands against it."""
    findings = ordered(decision)
    against = [f for f in findings if f.effect is not Effect.ALLOW]
    click.echo(f"{effect(decision.effect)}  {_summary(decision)}")
    for finding in against or findings:
        _finding(finding, label(finding.part, facts))


def _summary(decision: Decision) -> str:
    where = f"policy {decision.policy_digest[:12]}" if decision.policy_digest else "no policy was asked"
    return click.style(f"{where}, {decision.micros} µs", dim=True)


def _finding(finding: Finding, what: str) -> None:
    click.echo(f"  {click.style(finding.rule, fg=_COLOURS[finding.effect])}  {click.style(what, bold=True)}")
    click.echo(f"    {finding.reason}")
    if finding.help and finding.effect is not Effect.ALLOW:
        for text in finding.help.splitlines():
            click.echo(f"    {click.style('→', dim=True)} {text}")


def label(part: str, facts: Facts) -> str:
    """What a part is, in words: `commands/1` is `git push`. The bare name where the facts don't say."""
    kind, _, number = part.partition("/")
    if not number.isdigit():
        return part
    found = getattr(facts, kind, [])[int(number) : int(number) + 1]
    return f"{_words(found[0])} ({part})" if found else part


def _words(fact: object) -> str:
    texts = {
        "Command": lambda f: " ".join([f.path, *f.args])[:100],
        "PathAccess": lambda f: f"{f.access} {f.path}",
        "Host": lambda f: f"{f.direction} {f.name or f.written}" + (f":{f.port}" if f.port else ""),
        "Code": lambda f: f"{f.language} code",
        "Opaque": lambda f: f"{f.place}: {f.reason}",
    }
    return click.unstyle(texts[type(fact).__name__](fact)) if type(fact).__name__ in texts else ""
