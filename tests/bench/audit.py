"""What durability costs: `python tests/bench/audit.py [SECONDS]`.

Writes the same record from 1, 8 and 64 threads, each waiting until its record is on disk, then whole decisions through
a gate whose engine answers at once. Prints records a second, the median and the 99th percentile of the wait, and the
ratio to one commit a row on the same disk: the disk sets that, group commit and the gate are ours.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from callwarden.audit.record import GENESIS, Parts, seal
from callwarden.testing import audit_log, call, finding, gate_of

RECORD = Parts(
    "decision",
    time_ns=time.time_ns(),
    session="bench",
    call="c1",
    door="tool",
    kind="shell",
    digest="0" * 64,
    effect="allow",
    findings=[finding().model_dump(mode="json")],
    facts={"programs": ["git"], "hosts": ["example.org:443"]},
    policy_digest="0" * 64,
)


def main(arguments: list[str]) -> None:
    seconds = float(arguments[0]) if arguments else 2.0
    base = _report("one commit a row", _each_committed(seconds), seconds, None)
    with audit_log() as log:
        for threads in (1, 8, 64):
            waits = _from(threads, seconds, lambda: log.append(RECORD))
            _report(f"group commit, {threads} threads", waits, seconds, base)
    with gate_of() as gate:
        for threads in (1, 8):
            waits = _from(threads, seconds, lambda: gate.decide(call(), session="s"))
            _report(f"whole decisions, {threads} threads", waits, seconds, base)


def _each_committed(seconds: float) -> list[float]:
    """The plain way: insert, commit, wait for the disk."""
    with tempfile.TemporaryDirectory() as directory:
        connection = sqlite3.connect(Path(directory) / "plain.sqlite", isolation_level=None)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE record (bytes BLOB)")
        line = seal(RECORD, log="bench", seq=1, prev=GENESIS)
        waits = _repeated(seconds, lambda: connection.execute("INSERT INTO record VALUES (?)", (line,)))
        connection.close()
    return waits


def _from(threads: int, seconds: float, work: Callable[[], object]) -> list[float]:
    """The wait of every call that `threads` threads make, one after another, in that time."""
    waits: list[float] = []
    workers = [threading.Thread(target=lambda: waits.extend(_repeated(seconds, work))) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return waits


def _repeated(seconds: float, work: Callable[[], object]) -> list[float]:
    waits: list[float] = []
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        work()
        waits.append(time.perf_counter() - began)
    return waits


def _report(name: str, waits: list[float], seconds: float, base: float | None) -> float:
    ordered = sorted(waits)
    median, late = ordered[len(ordered) // 2] * 1e3, ordered[len(ordered) * 99 // 100] * 1e3
    rate = len(waits) / seconds
    ratio = f"  {rate / base:5.2f} x" if base else ""
    print(f"{name:28} {rate:8.0f}/s   median {median:6.2f} ms   p99 {late:6.2f} ms{ratio}")
    return rate


if __name__ == "__main__":
    main(sys.argv[1:])
