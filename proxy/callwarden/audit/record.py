"""Records, version 1, and the hash links between them. Pure.

A record is one JSON object in canonical bytes: integers and strings only, ASCII keys, sorted, no spaces. `orjson` then
writes what RFC 8785 (JCS) prescribes, but for integers beyond 2^53 such as `time_ns`, which JCS rounds and we do not.
A verifier hashes the bytes as they are; it need not write them anew.

`hash` of a record is the SHA-256 of its bytes; `prev` holds the hash of the record before it, the first holds zeros.

A record holds no text of a call: command, arguments, bodies and facts go, with credentials masked, into an erasable
payload, and the record keeps a salted commitment to it. Erasing a payload leaves the chain whole.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias

import orjson

VERSION = 1
GENESIS = "0" * 64
MAX_PAYLOAD = 64 << 10  # bytes of a call's text that are kept
EXACT = (1 << 63) - 1  # 64 bits with a sign: what SQLite and every typed reader hold

Type: TypeAlias = Literal["decision", "result", "vote", "session", "policy", "system"]


@dataclass(frozen=True, slots=True)
class Parts:
    """A record before it has its place in a log. `data` is what its type adds."""

    type: Type
    time_ns: int = 0
    session: str = ""
    call: str = ""
    door: str = ""
    cause: dict[str, Any] = field(default_factory=dict)
    kind: str = ""
    digest: str = ""
    effect: str = ""
    findings: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    policy_digest: str = ""
    revision: str = ""
    engine: str = ""
    micros: int = 0
    data: dict[str, Any] = field(default_factory=dict)


_FIELDS = tuple(field.name for field in fields(Parts))


@dataclass(frozen=True, slots=True)
class Payload:
    """What a record commits to: `bytes` counts the text before it was cut to `MAX_PAYLOAD`."""

    body: bytes
    salt: bytes
    bytes: int

    @property
    def commitment(self) -> str:
        return commitment(self.salt, self.body)


def commitment(salt: bytes, body: bytes) -> str:
    return hashlib.sha256(salt + body).hexdigest()


def seal(parts: Parts, *, log: str, seq: int, prev: str, payload: Payload | None = None) -> bytes:
    """The canonical bytes of a record at its place in a log. Raises `ValueError` for what is not canonical."""
    commits = {"commitment": payload.commitment, "bytes": payload.bytes} if payload else {}
    place = {"v": VERSION, "log": log, "seq": seq, "id": name(log, seq), "prev": prev, "payload": commits}
    return canonical({key: getattr(parts, key) for key in _FIELDS} | place)


def name(log: str, seq: int) -> str:
    """A record's id: unique over all logs, short enough to read out."""
    return f"{log}.{seq}"


def hashed(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def canonical(document: dict[str, Any]) -> bytes:
    """Canonical bytes. Raises `ValueError` for floats, inexact integers, keys that are not ASCII and odd types."""
    try:
        _check(document, "record")
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    except (TypeError, RecursionError) as error:
        raise ValueError(f"record: {error}") from None


def plain(value: object) -> Any:
    """A value from outside in a form that a record takes: a number that is no exact integer becomes its text."""
    match value:
        case None | bool():
            return value
        case int():
            return value if abs(value) <= EXACT else str(value)
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {ascii(key)[1:-1] if isinstance(key, str) else str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _:
            return str(value)


def _check(value: object, place: str) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > EXACT:
            raise ValueError(f"{place}: an integer beyond 64 bits")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"{place}: a key that is not ASCII")
            _check(item, key)
    elif isinstance(value, list):
        for item in value:
            _check(item, place)
    else:
        raise ValueError(f"{place}: {type(value).__name__} does not belong in a record")
