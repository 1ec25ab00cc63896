"""How often the disk is waited for: by counting, since seconds say little on a shared machine."""

from __future__ import annotations

import threading

from callwarden.audit.record import Parts
from callwarden.testing import audit_log

RECORDS = 200


def test_records_that_wait_together_share_a_commit() -> None:
    statements: list[str] = []
    with audit_log() as log:
        log._connection.set_trace_callback(statements.append)
        gate = threading.Event()
        first = threading.Thread(target=lambda: [log.submit(Parts("system")) for _ in range(RECORDS)])
        hold = log._insert
        log._insert = lambda batch: (gate.wait(10), hold(batch))[1]  # type: ignore[method-assign]
        log.submit(Parts("system"))
        first.start()
        first.join(10)
        gate.set()
        log.append(Parts("system"))
        log._connection.set_trace_callback(None)
        assert log.head.seq == RECORDS + 2
    assert statements.count("COMMIT") <= 3
