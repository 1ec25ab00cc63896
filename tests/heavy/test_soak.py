"""A gate at work for long: nothing is lost, the chain holds, and memory does not grow with the calls."""

from __future__ import annotations

import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from callwarden.audit.chain import verify
from callwarden.audit.reader import Reader
from callwarden.testing import Answering, call, gate_of

pytestmark = pytest.mark.heavy
CALLS = 20_000
THREADS = 8
WARM = 5_000  # caches and what is kept for replay are full by then
GROWTH = 48 << 10  # KiB; two records a call of a kilobyte each would be 40 MiB if they were kept


class Forgetting(Answering):
    """Keeps no document, as a real engine doesn't."""

    def evaluate(self, document: bytes, *, deadline: float) -> bytes:
        self.documents.clear()
        return super().evaluate(document, deadline=deadline)


def test_twenty_thousand_calls_are_all_on_record_and_not_in_memory() -> None:
    with gate_of(Forgetting()) as gate:

        def some(numbers: range) -> list[str]:
            return [one(number) for number in numbers]

        def one(number: int) -> str:
            verdict = gate.decide(call("shell", id=f"c{number}", command=f"ls {number}"), session="s")
            gate.complete(f"c{number}", {"exit": 0}, session="s")
            return verdict.record

        records = among(THREADS, some, range(WARM))
        memory = resident()
        records |= among(THREADS, some, range(WARM, CALLS))
        assert len(records) == CALLS
        assert resident() - memory < GROWTH
        with Reader(gate.log.directory) as log:
            report = verify(log.lines())
            assert report.intact
            assert report.head.seq >= 2 * CALLS
            assert records <= {record["id"] for record in log.records()}


def among(threads: int, work: Callable[[range], list[str]], numbers: range) -> set[str]:
    shares = [numbers[first::threads] for first in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        return {record for share in pool.map(work, shares) for record in share}


def resident() -> int:
    """KiB of this process in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 10
