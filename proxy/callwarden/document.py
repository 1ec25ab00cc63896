"""The input document, version 1: what a policy is asked about. Total: every field is always there.

Its JSON Schema is `policies/schemas/input.json`, generated from these models, and a test holds the two together.
"""

from __future__ import annotations

from typing import Any, Literal

import orjson
from pydantic import Field

from callwarden.call import Call, Session, Wire, _Call
from callwarden.facts.model import Facts

Point = Literal["tool", "process", "egress"]


class Cause(Wire):
    """The tool call that an exec, a connection or a request came from. The gate sets it; no caller can claim it."""

    id: str = ""
    confidence: Literal["exact", "inferred", "ambiguous", "none"] = "none"
    candidates: list[str] = Field(default_factory=list)


class State(Wire):
    """What a session has done so far. `epoch` grows with each change that could alter a decision."""

    epoch: int = 0
    taint: list[str] = Field(default_factory=list)
    counters: dict[str, int] = Field(default_factory=dict)


class Document(Wire):
    v: Literal[1] = 1
    kind: str
    call: dict[str, Any]
    facts: Facts
    session: Session
    state: State
    door: Point
    cause: Cause


def document(
    call: Call,
    facts: Facts,
    session: Session,
    *,
    state: State | None = None,
    door: Point = "tool",
    cause: Cause | None = None,
) -> bytes:
    """The input document as JSON. Long texts (bodies, file contents, sources) stay out: policies read their facts."""
    assert isinstance(call, _Call)
    return orjson.dumps(
        {
            "v": 1,
            "kind": call.kind,
            "call": call.model_dump(mode="json", exclude={"session", *call.content_fields}),
            "facts": facts.model_dump(mode="json"),
            "session": session.model_dump(mode="json"),
            "state": (state or State()).model_dump(mode="json"),
            "door": door,
            "cause": (cause or Cause()).model_dump(mode="json"),
        }
    )
