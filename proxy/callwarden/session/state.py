"""What a session has done so far, as a pure reducer: `after(state, event)` is the state from then on.

Counters count; `epoch` grows with each change that could make an earlier answer wrong: a new taint, a vote. A taint is
marked when a call is let run, not when it is done: whatever starts meanwhile must see it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from callwarden.decision import Effect
from callwarden.document import Point, State
from callwarden.facts.model import Facts

TAINTS = ("read_secret", "read_untrusted", "wrote_executable")


@dataclass(frozen=True, slots=True)
class Began:
    """A call came in; it is counted before it is judged."""

    kind: str
    door: Point


@dataclass(frozen=True, slots=True)
class Decided:
    effect: Effect
    run: bool
    taint: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Completed:
    """A call ended. Its doer may add taint it saw in the result; nothing takes taint away."""

    taint: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Voted:
    """A person allowed or refused something."""


Event: TypeAlias = Began | Decided | Completed | Voted


def after(state: State, event: Event) -> State:
    match event:
        case Began():
            return _counted(state, "calls", f"calls_{event.kind}", f"calls_at_{event.door}")
        case Decided():
            outcome = "run" if event.run else "refused"
            return _tainted(_counted(state, event.effect.value, outcome), event.taint)
        case Completed():
            return _tainted(_counted(state, "completed"), event.taint)
        case Voted():
            return state.model_copy(update={"epoch": state.epoch + 1})
        case _:
            assert_never(event)


def taints(facts: Facts) -> frozenset[str]:
    """The taint that a call with these facts leaves, once it is let run."""
    return frozenset(
        taint
        for taint, holds in (
            ("read_secret", any(path.access == "read" and "secret" in path.classes for path in facts.paths)),
            ("read_untrusted", any(h.direction == "connect" and h.kind in {"name", "public"} for h in facts.hosts)),
            ("wrote_executable", any(path.access == "chmod" for path in facts.paths)),
        )
        if holds
    )


def _counted(state: State, *names: str) -> State:
    counters = state.counters | {name: state.counters.get(name, 0) + 1 for name in names}
    return state.model_copy(update={"counters": counters})


def _tainted(state: State, taint: Iterable[str]) -> State:
    new = {name for name in taint if name in TAINTS} - set(state.taint)
    if not new:
        return state
    return state.model_copy(update={"taint": sorted({*state.taint, *new}), "epoch": state.epoch + 1})
