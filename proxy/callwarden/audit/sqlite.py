"""The audit log in SQLite: one writer thread, group commit, nothing acknowledged before it is on disk.

WAL with `synchronous=FULL`: a commit has reached the disk when it returns. The writer takes whatever is queued into one
commit, so many threads share one flush. Exactly one connection writes and checkpoints; readers open the file read-only
(two connections that write and checkpoint can corrupt a WAL database: https://sqlite.org/wal.html#walresetbug).
"""

from __future__ import annotations

import fcntl
import os
import queue
import secrets
import sqlite3
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from callwarden.audit.chain import Head
from callwarden.audit.record import Parts, Payload, hashed, name, seal
from callwarden.errors import AuditError, AuditLocked

FILE = "audit.sqlite"
LOCK = "lock"
MAX_QUEUED = 10_000  # past this the disk does not keep up, and refusing is better than growing
MAX_BATCH = 1_024

SCHEMA = """
CREATE TABLE IF NOT EXISTS log (id TEXT NOT NULL, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS record (
    seq INTEGER PRIMARY KEY, time_ns INTEGER NOT NULL, type TEXT NOT NULL, session TEXT NOT NULL, call TEXT NOT NULL,
    hash TEXT NOT NULL, bytes BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS record_call ON record (session, call);
CREATE TABLE IF NOT EXISTS payload (seq INTEGER PRIMARY KEY, salt BLOB NOT NULL, body BLOB NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A record that is on disk."""

    id: str
    seq: int
    hash: str


@dataclass(slots=True)
class _Job:
    future: Future[Written]
    parts: Parts
    payload: Payload | None = None
    erased: tuple[int, ...] = ()


class AuditLog:
    """The one writer of a data directory. Raises `AuditLocked` when another process owns it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock = _locked(directory)
        self._jobs: queue.Queue[_Job | None] = queue.Queue(MAX_QUEUED)
        self._broken: AuditError | None = None
        self._closed = False
        self._order = threading.Lock()  # nothing is queued after the closing mark
        try:
            self._connection, self.log, self._head = _opened(directory / FILE)
        except sqlite3.Error as error:
            os.close(self._lock)
            raise AuditError(f"the audit log in {directory} can't be opened: {error}") from error
        self._thread = threading.Thread(target=self._work, name="callwarden-audit", daemon=True)
        self._thread.start()

    @property
    def head(self) -> Head:
        return self._head

    @property
    def failed(self) -> AuditError | None:
        """Why nothing can be recorded any more, if so."""
        return AuditError("the audit log is closed") if self._closed else self._broken

    def submit(self, parts: Parts, payload: Payload | None = None) -> Future[Written]:
        """Queues a record; the future holds it once it is durable, or an `AuditError`."""
        return self._queue(_Job(Future(), parts, payload))

    def append(self, parts: Parts, payload: Payload | None = None) -> Written:
        """Writes a record and returns when it is durable. Raises `AuditError`."""
        return self.submit(parts, payload).result()

    def erase(self, seqs: tuple[int, ...], parts: Parts) -> Written:
        """Removes payloads for good and records that it was done. The records stay, and the chain verifies."""
        return self._queue(_Job(Future(), parts, erased=seqs)).result()

    def close(self) -> None:
        """Writes what is queued, then lets go of the directory."""
        with self._order:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join()
        if self._lock >= 0:
            self._connection.close()
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> AuditLog:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _queue(self, job: _Job) -> Future[Written]:
        with self._order:
            if failed := self.failed:
                raise AuditError(str(failed), help=failed.help)
            try:
                self._jobs.put_nowait(job)
            except queue.Full:
                raise AuditError(f"{MAX_QUEUED} records wait for the disk already") from None
        return job.future

    # The writer thread

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            batch, last = self._drain(first)
            self._commit(batch)
            if last:
                break

    def _drain(self, first: _Job) -> tuple[list[_Job], bool]:
        """All that is queued now, and whether the closing mark was among it."""
        batch = [first]
        while len(batch) < MAX_BATCH:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _commit(self, batch: list[_Job]) -> None:
        """One transaction for the batch; acknowledged after it is durable, or failed as a whole."""
        if self._broken:
            _refuse(batch, self._broken)
            return
        try:
            written, head = self._insert(batch)
        except Exception as error:  # whatever it was, somebody waits for each of these
            self._fail(batch, error)
            return
        self._head = head
        for job, outcome in written:
            if isinstance(outcome, ValueError):
                job.future.set_exception(AuditError(f"not a record: {outcome}"))
            else:
                job.future.set_result(outcome)

    def _insert(self, batch: list[_Job]) -> tuple[list[tuple[_Job, Written | ValueError]], Head]:
        head, written = self._head, list[tuple[_Job, Written | ValueError]]()
        self._connection.execute("BEGIN IMMEDIATE")
        for job in batch:
            try:
                line = seal(job.parts, log=self.log, seq=head.seq + 1, prev=head.hash, payload=job.payload)
            except ValueError as error:
                written.append((job, error))
                continue
            head = Head(head.seq + 1, hashed(line))
            self._store(job, line, head)
            written.append((job, Written(name(self.log, head.seq), head.seq, head.hash)))
        self._connection.execute("COMMIT")
        if any(job.erased for job in batch):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # else the text lives on in the WAL
        return written, head

    def _store(self, job: _Job, line: bytes, head: Head) -> None:
        parts = job.parts
        self._connection.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)",
            (head.seq, parts.time_ns, parts.type, parts.session, parts.call, head.hash, line),
        )
        if job.payload:
            self._connection.execute(
                "INSERT INTO payload VALUES (?, ?, ?)", (head.seq, job.payload.salt, job.payload.body)
            )
        self._connection.executemany("DELETE FROM payload WHERE seq = ?", [(seq,) for seq in job.erased])

    def _fail(self, batch: list[_Job], error: Exception) -> None:
        """A full disk may empty again. After any other failed commit what is on disk is unknown, and that is final."""
        failure = AuditError(f"the audit log can't be written: {error}", help=f"free space under {self.directory}")
        if not (_full(error) and self._rolled_back()):
            self._broken = failure
        _refuse(batch, failure)

    def _rolled_back(self) -> bool:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            return False
        return True


def _refuse(batch: list[_Job], failure: AuditError) -> None:
    for job in batch:
        job.future.set_exception(AuditError(str(failure), help=failure.help))


def _full(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


def salted(body: bytes, size: int) -> Payload:
    """A payload under a salt of its own, so that a commitment can't be guessed from a likely text."""
    return Payload(body, secrets.token_bytes(16), size)


def _locked(directory: Path) -> int:
    """The exclusive lock on a data directory, which is ours alone to look into."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
        handle = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise AuditError(f"{directory} can't be used for the audit log: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
        os.close(handle)
        raise AuditLocked(
            f"another gate owns {directory}: pid {owner}", help="stop it, or choose another directory with --data"
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle


def _opened(path: Path) -> tuple[sqlite3.Connection, str, Head]:
    """The writing connection, with the log's name and its last record."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        path.chmod(0o600)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "trusted_schema=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.executescript(SCHEMA)
        return connection, _identity(connection), _head(connection)
    except BaseException:
        connection.close()
        raise


def _identity(connection: sqlite3.Connection) -> str:
    """The log's own name, drawn once, when it is made."""
    if row := connection.execute("SELECT id FROM log").fetchone():
        return str(row[0])
    log = secrets.token_hex(4)
    connection.execute("INSERT INTO log VALUES (?, 1)", (log,))
    return log


def _head(connection: sqlite3.Connection) -> Head:
    row = connection.execute("SELECT seq, hash FROM record ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head()
