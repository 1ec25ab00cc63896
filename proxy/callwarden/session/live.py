"""The sessions of a running gate: state, calls seen before, calls under way. Guarded by one lock a session."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar, get_args

from callwarden.call import Call, ExecCall, Session
from callwarden.document import Cause, Point, State
from callwarden.session.lineage import Lineage, Started, inherited
from callwarden.session.state import Event, after

REMEMBERED = 4_096  # calls whose answer is kept for an asker that lost it
OPEN = 4_096  # calls under way at a door; the busiest sandbox has some hundreds
CANDIDATES = 64

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Fresh(Generic[V]):
    """Not seen before: judge it, and settle the future with its answer."""

    answer: Future[V]


@dataclass(frozen=True, slots=True)
class Seen(Generic[V]):
    """The same call again: its answer is, or will be, here."""

    answer: Future[V]


@dataclass(frozen=True, slots=True)
class Conflict:
    """The id of another call."""


Entry: TypeAlias = Fresh[V] | Seen[V] | Conflict


@dataclass(frozen=True, slots=True)
class Window:
    """A call that was let run and has not been completed. `granted` names the parts a person allowed."""

    record: str
    door: Point
    granted: frozenset[str] = frozenset()


class Live(Generic[V]):
    """One session while it runs. `root` is what `/` means for its programs."""

    def __init__(self, session: Session, root: str = "/") -> None:
        self.session = session
        self.root = root
        self._lock = threading.Lock()
        self._state = State()
        self._lineage = Lineage()
        self._calls: OrderedDict[str, tuple[str, Future[V]]] = OrderedDict()
        # A door each, so that a flood of processes can't push a tool call out, and with it their cause
        self._open: dict[Point, OrderedDict[str, Window]] = {point: OrderedDict() for point in get_args(Point)}

    @property
    def state(self) -> State:
        return self._state

    def note(self, event: Event) -> State:
        with self._lock:
            self._state = after(self._state, event)
            return self._state

    # Idempotency on (call id, digest)

    def enter(self, call: str, digest: str) -> Entry[V]:
        with self._lock:
            if call in self._calls:
                known, answer = self._calls[call]
                return Seen(answer) if known == digest else Conflict()
            future: Future[V] = Future()
            self._calls[call] = (digest, future)
            while len(self._calls) > REMEMBERED:
                self._calls.popitem(last=False)
            return Fresh(future)

    def forget(self, call: str) -> None:
        """A call that may be asked about again, because what it waits for can still come."""
        with self._lock:
            self._calls.pop(call, None)

    # Windows: calls under way

    def opened(self, call: str, window: Window) -> None:
        with self._lock:
            windows = self._open[window.door]
            windows[call] = window
            while len(windows) > OPEN:
                windows.popitem(last=False)

    def window(self, call: str) -> Window | None:
        with self._lock:
            return next((windows[call] for windows in self._open.values() if call in windows), None)

    def closed(self, call: str) -> Window | None:
        with self._lock:
            return next((windows.pop(call) for windows in self._open.values() if call in windows), None)

    def parent(self, call: Call) -> Started | None:
        """The exec that a process comes from, as far as its ancestry says."""
        if not isinstance(call, ExecCall):
            return None
        with self._lock:
            return self._lineage.parent(call.ancestry)

    def started(self, call: Call, cause: Cause) -> None:
        """An exec was let run: what it starts in turn is traced to it."""
        if isinstance(call, ExecCall):
            with self._lock:
                self._lineage.started(call.argv, Started(call.id, cause))

    def cause(self, given: Cause | None, parent: Started | None = None) -> Cause:
        """The tool call that an effect came from: as its door knows, else as its parent, else the one that is open."""
        if given and (given.id or given.candidates):
            return given
        if inherits := inherited(parent):
            return inherits
        with self._lock:
            tools = list(self._open["tool"])
        if not tools:
            return Cause()
        if len(tools) == 1:
            return Cause(id=tools[0], confidence="inferred")
        return Cause(confidence="ambiguous", candidates=tools[-CANDIDATES:])
