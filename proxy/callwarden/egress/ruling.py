"""What the gate, or the door itself, said about one call, and how that reads to a client. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

STREAM = "stream"  # a tag on an allowing finding: a body too large to judge may pass
RETRY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Ruling:
    """`record` is the id of the decision in the audit log, empty when there is none; `status` is for refusals."""

    run: bool
    effect: str
    rule: str
    reason: str
    help: str = ""
    record: str = ""
    ticket: str = ""
    status: int = 403
    streams: bool = False

    def overruled(self, refusal: Ruling) -> Ruling:
        """The door's own refusal of what the gate let run, under the gate's record."""
        return replace(refusal, record=self.record)

    def body(self) -> bytes:
        said = {
            "effect": self.effect,
            "rule": self.rule,
            "reason": self.reason,
            "help": self.help,
            "decision": self.record,
            **({"ticket": self.ticket} if self.ticket else {}),
        }
        return json.dumps(said, ensure_ascii=False).encode(errors="replace") + b"\n"

    def line(self) -> str:
        """For a person at a terminal."""
        return printable(f"{self.rule}: {self.reason}" + (f" — {self.help}" if self.help else ""))

    def phrase(self) -> str:
        """For clients that show nothing but the status line."""
        return re.sub(r"[^\x20-\x7e]", "?", f"callwarden: {self.reason} [{self.rule}]")[:200]

    def headers(self) -> dict[str, str]:
        retry = {"Retry-After": str(RETRY_SECONDS)} if self.ticket else {}
        return {"Content-Type": "application/json", "Cache-Control": "no-store", "Connection": "close", **retry}


def refusal(rule: str, reason: str, help: str = "", status: int = 403) -> Ruling:
    """By the door itself: `door.identity`, `door.protocol`, `door.body`, `door.address`, `door.gate`, `door.fault`."""
    return Ruling(run=False, effect="deny", rule=f"door.{rule}", reason=reason, help=help, status=status)


def read(answer: dict[str, Any]) -> Ruling:
    """The gate's answer. Raises `ValueError` for what is none: nothing may run on it."""
    finding, decision = answer.get("finding"), answer.get("decision")
    if not isinstance(finding, dict) or not isinstance(decision, dict) or type(answer.get("run")) is not bool:
        raise ValueError("the gate's answer is no decision")
    ticket = str(answer.get("ticket", ""))
    return Ruling(
        run=answer["run"],
        effect="escalate" if ticket else str(decision.get("effect", "deny")),
        rule=str(finding.get("rule", "")),
        reason=str(finding.get("reason", "")),
        help=str(finding.get("help", "")),
        record=str(answer.get("record", "")),
        ticket=ticket,
        streams=any(_streams(found) for found in decision.get("findings", [])),
    )


def printable(text: str, limit: int = 600) -> str:
    """What others said, fit for a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:limit])


def _streams(finding: object) -> bool:
    return isinstance(finding, dict) and finding.get("effect") == "allow" and STREAM in finding.get("tags", [])
