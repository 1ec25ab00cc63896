"""Puts a run up, waits for its program, takes everything down.

    policies → gate (log, lock) → session → agents' socket → jail → egress door → the program
       ← each is taken down in the reverse order, whatever happened

Nothing is started before all of it is known to hold. Nothing forks once the engine is loaded: children are spawned.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Any

from callwarden.audit.reader import Reader
from callwarden.config import data_directory
from callwarden.document import Point
from callwarden.egress.door import EgressDoor
from callwarden.egress.environment import own_loopback
from callwarden.engine import open_engine
from callwarden.engine.bundle import Bundle
from callwarden.errors import DoorError
from callwarden.gate import Gate
from callwarden.launch import approvals, banner, layers, place, platform, signals, walls
from callwarden.launch.fragment import Fragment, fragment
from callwarden.launch.household import household
from callwarden.launch.plan import Plan, check
from callwarden.sandbox.door import Event, Listeners, ProcessDoor
from callwarden.sandbox.jail import Program
from callwarden.server.socket import Server

Say = Callable[[str], None]


def launch(plan: Plan, *, say: Say) -> int:
    """Runs a plan to its end and returns the program's status, as a shell would give it."""
    check(plan)
    with platform.asked(plan.without) as asked:
        bundle = layers.load(plan)
        extra = fragment(bundle.data, plan.agent, plan.home)
        seen = asked.result()
    with ExitStack() as stack:
        stack.enter_context(layers.kept(plan))
        return _Run(plan, bundle, extra, say, stack).through(seen)


class _Run:
    """One run while it lasts. What it puts up goes on the stack, so that it comes down in order."""

    def __init__(self, plan: Plan, bundle: Bundle, extra: Fragment, say: Say, stack: ExitStack) -> None:
        self._plan, self._bundle, self._extra, self._say, self._stack = plan, bundle, extra, say, stack
        self._home = household(bundle.data, plan.home, workspace=plan.workspace, state=extra.state)
        self._session = plan.session()
        self._place = stack.enter_context(place.made())
        engine = open_engine("embedded", bundle)
        self._gate = stack.enter_context(
            Gate.open(plan.data, engine=engine, tables=bundle.tables, approver=approvals.approver())
        )
        self._server = stack.enter_context(closing(Server(self._gate)))

    def through(self, seen: list[dict[str, Any]]) -> int:
        self._server.listen(self._place.socket, session=self._session.id)
        door = self._jailed()
        listeners = self._prepared(door)
        self._gate.open_session(
            self._session,
            platform=seen,
            without=sorted(self._plan.without),
            policy_digest=self._bundle.digest,
            hosts=list(self._extra.hosts),
            shown=list(self._home.shown),
        )
        environment = self._egress(listeners)
        self._announce(environment)
        door.start(Program(list(self._plan.program), environment, str(self._plan.cwd or self._plan.workspace)))
        with signals.passed_on(door.terminate):
            status = door.wait()
        return self._ended(status)

    def _connection(self, point: Point, gone: Callable[[], None] | None = None) -> socket.socket:
        """A door's end of a connection to the gate. The door is who it is because it was given this."""
        ours, theirs = socket.socketpair()
        self._server.serve(ours, session=self._session.id, door=point, gone=gone)
        return theirs

    def _jailed(self) -> ProcessDoor:
        jail = walls.jail(self._plan, self._extra, self._place, self._home)
        return ProcessDoor(self._connection("process"), jail, self._happened)

    def _prepared(self, door: ProcessDoor) -> Listeners | None:
        """The jail, in which nothing runs yet. Where it can't be made, what is missing is found by name."""
        try:
            listeners = door.prepare()
        except DoorError:
            platform.required(self._plan.without)
            raise
        self._stack.callback(door.kill)
        return listeners

    def _egress(self, listeners: Listeners | None) -> dict[str, str]:
        """Puts the egress door on the jail's listeners; returns the environment that leads clients to it."""
        if "egress" in self._plan.without:
            return dict(self._plan.environment)
        tcp, dns, port = (listeners.tcp, [listeners.dns], listeners.port) if listeners else _on_this_machine()
        egress = EgressDoor(
            lambda: self._connection("egress"),
            [tcp],
            dns=dns,
            port=port,
            ca=self._plan.data / "ca",
            public=self._place.trust,
            parent=self._plan.environment,
            on_note=self._say,
        )
        self._stack.callback(egress.stop)
        egress.start()
        return {**self._plan.environment, **egress.environment(direct=own_loopback(layers.hosts(self._bundle)))}

    def _announce(self, environment: dict[str, str]) -> None:
        lines = banner.opening(
            self._session,
            self._extra,
            shown=self._home.shown,
            policy=self._bundle.digest,
            log=self._plan.data,
            without=self._plan.without,
            setuid=platform.weakened(environment.get("PATH", "")),
        )
        for line in lines:
            self._say(line)

    def _happened(self, event: Event) -> None:
        if event.get("event") == "failed":
            self._say(f"the process door failed: {event.get('reason')}")

    def _ended(self, status: int) -> int:
        record = self._gate.close_session(self._session.id, status=status)
        with Reader(self._plan.data) as log:
            counters = log.find(record)[0]["data"]["counters"]
        default = self._plan.data == data_directory()
        self._say(banner.closing(counters, self._plan.data, self._session.id, default_data=default))
        return status


def _on_this_machine() -> tuple[int, list[int], int]:
    """Without namespaces the proxy listens on this machine's loopback: its descriptor, no resolver, its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]
    return listener.detach(), [], port
