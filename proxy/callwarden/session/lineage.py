"""Which exec a process comes from, by the command lines of its parents. Pure.

The process door sees ancestry as command lines, nearest first. The latest exec that was let run with such a line is the
parent: it may be another process of the same words, so what is read off it is inferred, never exact.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from callwarden.document import Cause

MAX_WORDS = 64
MAX_LINE = 256  # a line of ancestry is cut to this, its last character then being an ellipsis
KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Started:
    """An exec that was let run, and the tool call it was traced to."""

    call: str
    cause: Cause


class Lineage:
    def __init__(self) -> None:
        self._started: OrderedDict[str, Started] = OrderedDict()

    def started(self, argv: Sequence[str], started: Started) -> None:
        key = line(argv)
        self._started[key] = started
        self._started.move_to_end(key)
        while len(self._started) > KEPT:
            self._started.popitem(last=False)

    def parent(self, ancestry: Sequence[str]) -> Started | None:
        return next((self._started[above] for above in ancestry if above in self._started), None)


def line(argv: Sequence[str]) -> str:
    joined = " ".join(argv[:MAX_WORDS])
    return joined if len(joined) <= MAX_LINE else joined[: MAX_LINE - 1] + "…"


def inherited(parent: Started | None) -> Cause | None:
    """What a process has from its parent, also after the tool call has ended: that is what residue is."""
    if parent is None or not (parent.cause.id or parent.cause.candidates):
        return None
    confidence = "inferred" if parent.cause.id else "ambiguous"
    return parent.cause.model_copy(update={"confidence": confidence})
