"""Reading an audit log while its gate runs, or after: read-only, and never a lock in the gate's way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import orjson

from callwarden.audit.chain import Head, Line
from callwarden.audit.record import commitment
from callwarden.audit.sqlite import FILE
from callwarden.errors import AuditError, AuditMissing, ChainBroken

Record = dict[str, Any]
PAGE = 1_000
DAMAGED = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


class Reader:
    """The records of a data directory, as they are on disk. Raises `AuditError` where there is no log."""

    def __init__(self, directory: Path) -> None:
        path = directory / FILE
        if not path.exists():
            raise AuditMissing(f"there is no audit log in {directory}", help="`callwarden run` writes one")
        self._connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
        try:
            self._rows("SELECT id FROM log")
        except AuditError:
            self._connection.close()
            raise

    def lines(self, after: int = 0) -> Iterator[Line]:
        """Canonical lines with the hash stored beside each, in order. Pages, so that no read holds the log back."""
        query = "SELECT seq, bytes, hash FROM record WHERE seq > ? ORDER BY seq LIMIT ?"
        while rows := self._rows(query, after, PAGE):
            for _, line, stored in rows:
                yield Line(line, stored)
            after = rows[-1][0]

    def records(self, after: int = 0) -> Iterator[Record]:
        return (_loaded(line.bytes) for line in self.lines(after))

    def last(self, count: int) -> list[Record]:
        rows = self._rows("SELECT bytes FROM record ORDER BY seq DESC LIMIT ?", count)
        return [_loaded(line) for (line,) in reversed(rows)]

    def find(self, name: str) -> list[Record]:
        """Records by their id, their sequence number, or the call they are about."""
        seq = name.rpartition(".")[2]
        if seq.isascii() and seq.isdigit() and len(seq) < 19:
            rows = self._rows("SELECT bytes FROM record WHERE seq = ?", int(seq))
            found = [record for (line,) in rows if name in {(record := _loaded(line))["id"], seq}]
            if found:
                return found
        return [_loaded(line) for (line,) in self._rows("SELECT bytes FROM record WHERE call = ? ORDER BY seq", name)]

    def payload(self, record: Record) -> bytes | None:
        """A record's payload, or None where there is none or it was erased. Raises `AuditError` if it was changed."""
        rows = self._rows("SELECT salt, body FROM payload WHERE seq = ?", record["seq"])
        if not rows:
            return None
        salt, body = rows[0]
        if commitment(salt, body) != record["payload"].get("commitment"):
            raise AuditError(f"the payload of record {record['id']} is not the one it commits to")
        return bytes(body)

    def head(self) -> Head:
        rows = self._rows("SELECT seq, hash FROM record ORDER BY seq DESC LIMIT 1")
        return Head(*rows[0]) if rows else Head()

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) in DAMAGED:
                raise ChainBroken(f"the audit log is damaged: {error}") from error
            raise AuditError(f"the audit log can't be read: {error}") from error


def _loaded(line: bytes) -> Record:
    try:
        record: Record = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise AuditError("a record is not JSON", help="`callwarden audit verify` says which") from None
    return record
