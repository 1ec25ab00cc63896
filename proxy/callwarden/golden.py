"""Golden cases: calls with the decision they must get, one family of rules a file (`tests/cases/*.yaml`).

    - says: a reverse tunnel is denied
      call: {kind: shell, command: "ssh -R 8080:localhost:80 example.org"}
      effect: deny
      rule: tunnel.reverse
      session: {profile: rl-training}     # where it is not the default
      door: process

Ships with the package, so that a team can hold its own policies to cases of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callwarden import judging
from callwarden.call import Call, Session, parse
from callwarden.decision import Decision, Effect
from callwarden.document import Cause, Point, document
from callwarden.engine import Engine, plain
from callwarden.facts.context import Context
from callwarden.facts.derive import derive
from callwarden.facts.model import Facts


@dataclass(frozen=True)
class Case:
    """One call, and the effect and the rule that its decision must have."""

    name: str
    call: Call
    effect: Effect
    rule: str
    session: Session
    door: Point
    says: str

    def facts(self, tables: Mapping[str, Any]) -> Facts:
        return derive(self.call, Context.of(self.session, tables))

    def decide(self, engine: Engine, tables: Mapping[str, Any], call: Call | None = None) -> Decision:
        """The decision about the case's call, or about another call in its place."""
        context = Context.of(self.session, tables)
        asked = call or self.call
        cause = Cause(confidence="exact")
        return judging.examine(asked, context, engine, self.session, door=self.door, cause=cause).decision

    def document(self, tables: Mapping[str, Any]) -> bytes:
        cause = Cause(confidence="exact")
        return document(self.call, self.facts(tables), self.session, door=self.door, cause=cause)


def load(folder: Path) -> list[Case]:
    """Every case in a folder, named `file-number`. Raises `BundleError` for a file that can't be read."""
    return [case for place in sorted(folder.glob("*.yaml")) for case in _read(place)]


def _read(place: Path) -> list[Case]:
    given = plain.read(place.name, place.read_bytes())["cases"]
    return [_case(f"{place.stem}-{number}", each) for number, each in enumerate(given, start=1)]


def _case(name: str, given: Mapping[str, Any]) -> Case:
    return Case(
        name=name,
        call=parse({"id": name, **given["call"]}),
        effect=Effect(given["effect"]),
        rule=given["rule"],
        session=Session(**{"id": "golden", **given.get("session", {})}),
        door=given.get("door", "tool"),
        says=given["says"],
    )
