"""Does what a person allowed cover an effect of it? Pure.

A person who allowed `ssh host` at the tool door is not asked again when the process starts or the connection opens. A
grant covers the parts that were shown: the same program with the same arguments, the same host and port, the same path.
Anything new is judged alone; opaque and code parts cover nothing, since what they do was not shown.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import PurePosixPath

from callwarden.decision import Effect, Finding
from callwarden.facts.model import Command, Facts, Host, PathAccess

SYSTEM = frozenset({"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"})


def shown(facts: Facts) -> frozenset[str]:
    """Every part of a call that a person saw, in words that an effect can be compared by."""
    described = {_described(fact) for facts_ in (facts.commands, facts.paths, facts.hosts) for fact in facts_}
    return frozenset(described - {""})


def covers(granted: frozenset[str], findings: Iterable[Finding], facts: Facts) -> bool:
    """Whether all that is escalated here was among what was shown."""
    parts = {fact.part: fact for facts_ in (facts.commands, facts.paths, facts.hosts) for fact in facts_}
    escalated = {finding.part for finding in findings if finding.effect is Effect.ESCALATE}
    return bool(escalated) and all(part in parts and _described(parts[part]) in granted for part in escalated)


def _described(fact: Command | PathAccess | Host) -> str:
    """Empty for what is not fully known: it covers nothing and nothing covers it."""
    match fact:
        case Command():
            return "" if fact.unknown_args or not fact.program else f"run {shlex.join([_program(fact), *fact.args])}"
        case PathAccess():
            return f"{fact.access} {fact.path}" if fact.known and not fact.pattern else ""
        case Host():
            return f"{fact.direction} {fact.address or fact.name} {fact.port}" if fact.known and fact.port else ""


def _program(command: Command) -> str:
    """A bare name and the same name in a system directory are one program; a path elsewhere is itself."""
    parent = str(PurePosixPath(command.path).parent)
    return command.program if parent in SYSTEM or "/" not in command.path else command.path
