"""The local protocol: one JSON object a line, both ways. Pure: framing and messages, no socket.

    → {"seq": 1, "op": "decide", "call": {…}, "cause": {…}, "parent": "…", "port": 40001}    the last three: doors only
    ← {"seq": 1, "decision": {…}, "run": true, "record": "…", "finding": {…}, "ticket": ""}
    → {"seq": 2, "op": "complete", "call_id": "c1", "result": {…}}
    ← {"seq": 2, "ok": true, "record": "…"}
    → {"seq": 5, "op": "refuse", "call": {…}, "finding": {…}}           from doors: what they refused by themselves
    ← {"seq": 5, "decision": {…}, "run": false, "record": "…", …}
    → {"seq": 3, "op": "ping"}      ← {"seq": 3, "ok": true}
    → {"seq": 4, "op": "health"}    ← {"seq": 4, "ok": true, "health": {…}}
    ← {"seq": 5, "error": "…"}                                        the question could not be used; nothing may run

`seq` pairs an answer with its question; answers may come in another order. A line whose seq can't be read is answered
with `"seq": null`, and whoever gets that must treat every open question as refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, cast, get_args

import orjson

MAX_LINE = 4 << 20  # bytes; the longest text of a call is 1 MiB, and JSON escapes can make it grow
MAX_SEQ = 1 << 53  # what every JSON reader holds exactly

Op: TypeAlias = Literal["decide", "complete", "refuse", "ping", "health"]
OPS: tuple[str, ...] = get_args(Op)
DOOR_FIELDS = frozenset({"cause", "parent", "port"})  # where a call comes from: only doors of ours may say it
FIELDS: dict[str, frozenset[str]] = {
    "decide": frozenset({"seq", "op", "call", *DOOR_FIELDS}),
    "complete": frozenset({"seq", "op", "call_id", "result"}),
    "refuse": frozenset({"seq", "op", "call", "finding"}),
    "ping": frozenset({"seq", "op"}),
    "health": frozenset({"seq", "op"}),
}


class ProtocolError(ValueError):
    """A line that is no message. `seq` is what could be read of it."""

    def __init__(self, message: str, seq: int | None = None) -> None:
        super().__init__(message)
        self.seq = seq


@dataclass(frozen=True, slots=True)
class Message:
    seq: int
    op: Op
    fields: dict[str, Any] = field(default_factory=dict)


class Lines:
    """Cuts a byte stream into lines. Raises `ProtocolError` once a line is longer than `limit`."""

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._limit = limit
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        searched = len(self._rest)
        self._rest += data
        while (end := self._rest.find(b"\n", searched)) >= 0:
            line = bytes(self._rest[:end])
            del self._rest[: end + 1]
            searched = 0
            self._bounded(len(line))
            yield line
        self._bounded(len(self._rest))

    def _bounded(self, length: int) -> None:
        if length > self._limit:
            raise ProtocolError(f"a line longer than {self._limit} bytes")


def read(line: bytes) -> Message:
    """A message from one line. Raises `ProtocolError`: unknown operations and unknown fields are errors."""
    data = _object(line)
    seq = _seq(data)
    if seq is None:
        raise ProtocolError("seq: an integer from 0 up is required")
    op = data.get("op")
    if op not in FIELDS:
        raise ProtocolError(f"op: one of {', '.join(OPS)}", seq)
    if unknown := data.keys() - FIELDS[op]:
        raise ProtocolError(f"{op}: unknown field {sorted(unknown)[0][:64]!r}", seq)
    return Message(seq, cast("Op", op), {key: value for key, value in data.items() if key not in {"seq", "op"}})


def write(answer: dict[str, Any]) -> bytes:
    return orjson.dumps(answer) + b"\n"


def error(seq: int | None, message: str) -> bytes:
    return write({"seq": seq, "error": message})


def _object(line: bytes) -> dict[str, Any]:
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as problem:
        raise ProtocolError(f"not JSON: {problem}", _salvaged(line)) from None
    if not isinstance(data, dict):
        raise ProtocolError("not a JSON object")
    return data


def _salvaged(line: bytes) -> int | None:
    """The seq of a line that only a laxer reader takes (a lone surrogate, say), so that its asker learns of it."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return _seq(data) if isinstance(data, dict) else None


def _seq(data: dict[str, Any]) -> int | None:
    seq = data.get("seq")
    return seq if type(seq) is int and 0 <= seq <= MAX_SEQ else None
