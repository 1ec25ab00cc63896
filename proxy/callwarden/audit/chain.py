"""Does a log verify, and where does it break? Pure: over canonical lines, wherever they come from.

What can be seen from the records alone: an edited, missing, moved or foreign record. What can't: that the tail was cut
off, or that everything from some record on was written anew with fresh hashes. Both show only against a head that
somebody noted before (`audit verify` prints it: sequence number and hash). We say tamper-evident, never tamper-proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import orjson

from callwarden.audit.record import GENESIS, canonical, hashed

Fault = Literal["edit", "gap", "reorder", "foreign", "cut", "rewritten"]


@dataclass(frozen=True, slots=True)
class Head:
    """The last record of a log: note it somewhere else, and a cut tail shows. A log without records has seq 0."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class Line:
    """A record as it was kept. `hash` is what was stored beside it, empty where nothing was (an export)."""

    bytes: bytes
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a log does not hold. `seq` is the number the record there should have."""

    seq: int
    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    log: str
    records: int
    head: Head
    broken: Break | None = None

    @property
    def intact(self) -> bool:
        return self.broken is None


def verify(lines: Iterable[Line], known: Head | None = None) -> Report:
    """Walks a whole log from its first record; `known` is a head that was noted earlier."""
    log, head = "", Head()
    met = known is None or known == head
    for line in lines:
        seen = _read(line.bytes)
        log = log or seen.log
        if broken := _fault(line, seen, log, head):
            return Report(log, head.seq, head, broken)
        head = Head(seen.seq, hashed(line.bytes))
        if known and head.seq == known.seq:
            if head.hash != known.hash:
                return Report(log, head.seq, head, Break(known.seq, "rewritten", "its hash is not the one noted"))
            met = True
    cut = known and not met and Break(head.seq + 1, "cut", f"the log ends here; record {known.seq} was noted")
    return Report(log, head.seq, head, cut or None)


def lines(text: Iterable[bytes]) -> Iterator[Line]:
    """Lines of a JSONL export."""
    for line in text:
        if stripped := line.rstrip(b"\r\n"):
            yield Line(stripped)


@dataclass(frozen=True, slots=True)
class _Seen:
    seq: int
    prev: str
    log: str
    canonical: bool


def _read(line: bytes) -> _Seen:
    """What a line says about its place; a line that is no record says seq 0, which no record has."""
    try:
        data = orjson.loads(line)
        seq, prev, log = data["seq"], data["prev"], data["log"]
        if type(seq) is int and isinstance(prev, str) and isinstance(log, str):
            return _Seen(seq, prev, log, canonical(data) == line)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    return _Seen(0, "", "", False)


def _fault(line: Line, seen: _Seen, log: str, head: Head) -> Break | None:
    """What is wrong with the record after `head`, if anything: the first of these that holds."""
    place = head.seq + 1
    before = "the zeros a first record holds" if place == 1 else f"the hash of record {head.seq}"
    faults: tuple[tuple[bool, Fault, str], ...] = (
        (not seen.canonical, "edit", "these are not the bytes of a record"),
        (seen.log != log, "foreign", f"a record of log {seen.log} stands in log {log}"),
        (seen.seq > place, "gap", f"record {place} is missing; {seen.seq} follows {head.seq}"),
        (seen.seq < place, "reorder", f"record {seen.seq} stands where {place} belongs"),
        (line.hash not in {"", hashed(line.bytes)}, "edit", "its bytes do not have the hash stored with it"),
        (seen.prev != head.hash, "edit", f"its link is not {before}; one of the two was changed"),
    )
    return next((Break(place, fault, detail) for wrong, fault, detail in faults if wrong), None)
