"""Which exec a process comes from, by the command lines of its parents. Pure.

The process door sees ancestry as command lines, nearest first. The latest exec that was let run with such a line is the
parent: it may be another process of the same words, so what is read off it is inferred, never exact.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from callwarden.document import Cause

MAX_WORDS = 64
MAX_LINE = 256  # a line of ancestry is cut to this, its last character then being an ellipsis
KEPT = 4_096

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Started:
    """An exec that was let run, and the tool call it was traced to."""

    call: str
    cause: Cause


class Lineage:
    """Execs that were let run, by their words and by their process number. Bounded; the latest are kept."""

    def __init__(self) -> None:
        self._by_words: OrderedDict[str, Started] = OrderedDict()
        self._by_number: OrderedDict[int, Started] = OrderedDict()

    def started(self, argv: Sequence[str], pid: int | None, started: Started) -> None:
        _keep(self._by_words, line(argv), started)
        if pid:
            _keep(self._by_number, pid, started)

    def parent(self, ancestry: Sequence[str]) -> Started | None:
        return next((self._by_words[above] for above in ancestry if above in self._by_words), None)

    def process(self, pids: Iterable[int]) -> Started | None:
        """The first of these processes that is known: one that only forked is its parent's."""
        return next((self._by_number[pid] for pid in pids if pid in self._by_number), None)

    def numbers(self) -> list[int]:
        """Process numbers, the latest first."""
        return list(reversed(self._by_number))


def _keep(kept: OrderedDict[K, Started], key: K, started: Started) -> None:
    kept[key] = started
    kept.move_to_end(key)
    while len(kept) > KEPT:
        kept.popitem(last=False)


def line(argv: Sequence[str]) -> str:
    joined = " ".join(argv[:MAX_WORDS])
    return joined if len(joined) <= MAX_LINE else joined[: MAX_LINE - 1] + "…"


def inherited(parent: Started | None) -> Cause | None:
    """What a process has from its parent, also after the tool call has ended: that is what residue is."""
    if parent is None or not (parent.cause.id or parent.cause.candidates):
        return None
    confidence = "inferred" if parent.cause.id else "ambiguous"
    return parent.cause.model_copy(update={"confidence": confidence})
