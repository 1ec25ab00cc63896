"""Helpers for tests of callwarden, of adapters and of policies: a call, an engine that answers, a person, a gate.

with gate_of(Answering("escalate"), Person("once")) as gate:
    assert gate.decide(call("shell", command="git push"), session="s").run
"""

from __future__ import annotations

import itertools
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from callwarden import config
from callwarden.approval import Answer, Approver, Choice, Question
from callwarden.audit.reader import Reader, Record
from callwarden.audit.sqlite import AuditLog
from callwarden.call import Call, Session, parse
from callwarden.decision import Effect, Finding, strictest
from callwarden.engine import Engine
from callwarden.errors import EngineError
from callwarden.gate import Gate

EXAMPLES: dict[str, dict[str, Any]] = {
    "shell": {"command": "ls -la"},
    "file": {"operation": "read", "path": "README.md"},
    "http": {"method": "GET", "url": "https://example.org/"},
    "connect": {"host": "example.org", "port": 443},
    "code": {"language": "python", "source": "print(1)"},
    "exec": {"argv": ["ls", "-la"], "exe": "/usr/bin/ls"},
    "mcp": {"server": "files", "tool": "read"},
    "function": {"name": "read"},
    "dns": {"name": "example.org"},
    "sample": {"device": "cpu", "values": {"percent": 1}},
}
_numbers = itertools.count(1)


def call(kind: str = "shell", **fields: Any) -> Call:
    """A call of a kind, whole; `fields` replace what the example says. Each has an id of its own unless given."""
    return parse({"id": f"call-{next(_numbers)}", "kind": kind, **EXAMPLES[kind], **fields})


def finding(effect: str = "allow", rule: str = "test.rule", part: str = "call", **fields: Any) -> Finding:
    return Finding(effect=Effect(effect), rule=rule, part=part, **{"reason": "because the test says so", **fields})


class Answering:
    """An engine that gives every call the same answer: the findings, or one with this effect for every part."""

    name = "answering"
    policy_digest = "0" * 64
    revision = "test"

    def __init__(self, *answers: str | Finding) -> None:
        self._answers = answers or ("allow",)
        self.documents: list[dict[str, Any]] = []

    def pinned(self) -> Engine:
        return self

    def evaluate(self, document: bytes, *, deadline: float) -> bytes:
        asked = orjson.loads(document)
        self.documents.append(asked)
        found = [one for answer in self._answers for one in _findings(answer, asked["facts"]["parts"])]
        answer = {"effect": strictest(found), "findings": [one.model_dump(mode="json") for one in found]}
        return orjson.dumps(answer | {"revision": self.revision})

    def close(self) -> None:
        return


class Failing(Answering):
    """An engine that never answers: it raises what it is given, or returns those bytes."""

    name = "failing"

    def __init__(self, failure: Exception | bytes | None = None) -> None:
        super().__init__()
        self._failure = EngineError("the engine is dead") if failure is None else failure

    def evaluate(self, document: bytes, *, deadline: float) -> bytes:
        if isinstance(self._failure, bytes):
            return self._failure
        raise self._failure


class Person:
    """An approver who gives the same answer to everything, and remembers what was asked."""

    waits: Mapping[str, float] = config.WAITS

    def __init__(self, choice: Choice | None, *, by: str = "alex") -> None:
        self._answer = Answer(choice, by=by, why="" if choice else "nobody answered")
        self.asked: list[Question] = []

    def ask(self, question: Question, *, timeout: float) -> Answer:
        self.asked.append(question)
        return self._answer

    def close(self) -> None:
        return


class Absent:
    """An approver with whom every question waits until it times out or the gate closes."""

    waits: Mapping[str, float] = config.WAITS

    def __init__(self) -> None:
        self.asked = threading.Event()
        self._closed = threading.Event()

    def ask(self, question: Question, *, timeout: float) -> Answer:
        self.asked.set()
        self._closed.wait(timeout)
        return Answer(None, why=f"nobody answered within {timeout:g} s")

    def close(self) -> None:
        self._closed.set()


@contextmanager
def audit_log() -> Iterator[AuditLog]:
    """A log in a directory that goes away."""
    with tempfile.TemporaryDirectory(prefix="callwarden-") as directory, AuditLog(Path(directory) / "data") as log:
        yield log


@contextmanager
def gate_of(
    engine: Engine | None = None, approver: Approver | None = None, *, session: Session | None = None, **options: Any
) -> Iterator[Gate]:
    """A gate over a log that goes away, with one open session (`s`, at /workspace, unless given)."""
    with (
        audit_log() as log,
        Gate(engine=engine or Answering(), tables={}, log=log, approver=approver, **options) as gate,
    ):
        gate.open_session(session or Session(id="s"))
        yield gate


def records(log: AuditLog, type: str = "") -> list[Record]:
    """What is on record, in order; of one type, if one is named."""
    with Reader(log.directory) as reader:
        return [record for record in reader.records() if type in {"", record["type"]}]


def _findings(answer: str | Finding, parts: list[str]) -> list[Finding]:
    return [answer] if isinstance(answer, Finding) else [finding(answer, part=part) for part in parts]
