"""The sessions of a running gate: state, calls seen before, calls under way. Guarded by one lock a session."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar, get_args

from callwarden.call import Call, ExecCall, Session
from callwarden.document import Cause, Point, State
from callwarden.session import sockets
from callwarden.session.lineage import Lineage, Started, inherited
from callwarden.session.state import Event, after

REMEMBERED = 4_096  # calls whose answer is kept for an asker that lost it
OPEN = 4_096  # calls under way at a door; the busiest sandbox has some hundreds
CANDIDATES = 64
NEIGHBOURS = 8  # processes through which a socket is looked for: the latest may have ended
NONE = Cause()

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
    cause: Cause = NONE


@dataclass(frozen=True, slots=True)
class Hint:
    """What a door of ours can say about where a call comes from.

    `parent`: the call it belongs to, as a request to its connection. `port`: the local port of the client's socket.
    """

    parent: str = ""
    port: int = 0


class Live(Generic[V]):
    """One session while it runs. `root` is what `/` means for its programs."""

    def __init__(self, session: Session, root: str = "/") -> None:
        self.session = session
        self.root = root
        self._lock = threading.Lock()
        self._state = State()
        self._lineage = Lineage()
        # By door: an agent that guesses the id a door will use can neither answer its question nor spoil it
        self._calls: OrderedDict[tuple[Point, str], tuple[str, Future[V]]] = OrderedDict()
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

    def enter(self, call: str, digest: str, door: Point = "tool") -> Entry[V]:
        with self._lock:
            if (door, call) in self._calls:
                known, answer = self._calls[door, call]
                return Seen(answer) if known == digest else Conflict()
            future: Future[V] = Future()
            self._calls[door, call] = (digest, future)
            while len(self._calls) > REMEMBERED:
                self._calls.popitem(last=False)
            return Fresh(future)

    def forget(self, call: str, door: Point = "tool") -> None:
        """A call that may be asked about again, because what it waits for can still come."""
        with self._lock:
            self._calls.pop((door, call), None)

    # Windows: calls under way

    def opened(self, call: str, window: Window) -> None:
        with self._lock:
            windows = self._open[window.door]
            windows[call] = window
            while len(windows) > OPEN:
                windows.popitem(last=False)

    def under_way(self, call: str, door: Point) -> bool:
        with self._lock:
            return call in self._open[door]

    def window(self, call: str) -> Window | None:
        with self._lock:
            return next((windows[call] for windows in self._open.values() if call in windows), None)

    def closed(self, call: str, door: Point) -> Window | None:
        """Ends a call that is under way at this door. No door ends another's: adapters are the agent's."""
        with self._lock:
            return self._open[door].pop(call, None)

    def above(self, call: Call, hint: Hint) -> Started | None:
        """What this call comes from: the call that its door names, the process that holds its socket, or its parent."""
        if hint.parent and (window := self.window(hint.parent)):
            return Started(hint.parent, window.cause)
        with self._lock:
            if isinstance(call, ExecCall):
                return self._lineage.parent(call.ancestry)
            numbers = self._lineage.numbers()[:NEIGHBOURS] if hint.port else []
        held = next((pid for near in numbers if (pid := sockets.holder(hint.port, near))), 0)
        with self._lock:
            return self._lineage.process(sockets.parents(held))

    def started(self, call: Call, door: Point, cause: Cause) -> None:
        """A process was let start: what it starts in turn is traced to it. What an adapter calls an exec is none."""
        if isinstance(call, ExecCall) and door == "process":
            with self._lock:
                self._lineage.started(call.argv, call.pid, Started(call.id, cause))

    def cause(self, given: Cause | None, above: Started | None = None) -> Cause:
        """The tool call behind an effect: as its door knows, else that of what it comes from, else the one open."""
        if given and (given.id or given.candidates):
            return given
        if inherits := inherited(above):
            return inherits
        with self._lock:
            tools = list(self._open["tool"])
        if not tools:
            return Cause()
        if len(tools) == 1:
            return Cause(id=tools[0], confidence="inferred")
        return Cause(confidence="ambiguous", candidates=tools[-CANDIDATES:])
