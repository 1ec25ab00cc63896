"""Exec supervision: each waiting exec becomes a question, each answer lets it go on, checked, or fails it."""

from __future__ import annotations

import errno
import itertools
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from callwarden.sandbox import ancestry, attempt, notify, refusal
from callwarden.sandbox.attempt import Attempt, Refused
from callwarden.sandbox.notify import Notification
from callwarden.sandbox.originals import Originals
from callwarden.sandbox.questions import Questions, TooLong
from callwarden.sandbox.verify import Ended, Swapped, Verifier

MAX_SHOWN = 1024  # arguments, and characters of each, of what was not judged
Report = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class _Waiting:
    notification: Notification
    attempt: Attempt
    call_id: str


@dataclass(frozen=True)
class _Denied:
    """The last refusal of a process: a search along PATH tries the same file again under another folder's name."""

    attempt: Attempt
    until: float

    def covers(self, attempt: Attempt) -> bool:
        same = (attempt.pid, attempt.expected) == (self.attempt.pid, self.attempt.expected)
        return same and time.monotonic() < self.until


class ExecDoor:
    def __init__(self, gate: socket.socket, jailer: int, report: Report) -> None:
        self.gate = gate
        self.verifier = Verifier()
        self.notifications = -1  # until the jail has sent it, and where exec supervision was waived
        self._questions: Questions[_Waiting | None] = Questions(gate)
        self.program = 0  # its process, which is also its group; known from its first exec on
        self._denied: _Denied | None = None
        self._originals = Originals()
        self._jailer = jailer
        self._report = report
        drawn = secrets.token_hex(4)  # not to be guessed by whoever may name calls of their own
        self._ids = (f"x-{drawn}-{n}" for n in itertools.count(1))

    @property
    def unsent(self) -> bool:
        return self._questions.unsent

    def push(self) -> None:
        self._questions.push()

    def noticed(self) -> None:
        """Takes one waiting exec and asks about it, or answers at once as the kernel would."""
        notification = notify.receive(self.notifications)
        if notification is None:
            return
        try:
            self._ask(notification)
        except Refused as refused:
            self._refuse(notification, refused)
        except OSError as problem:
            self._fail(notification, problem.errno or errno.EACCES)

    def answered(self) -> None:
        for waiting, answer in self._questions.answers():
            if waiting is None:
                continue
            if answer.get("run") is True:
                self._let_run(waiting)
            else:
                self._deny(waiting, *refusal.leading(answer))

    def collect(self) -> Iterator[Ended]:
        for outcome in self.verifier.collect():
            if isinstance(outcome, Ended):
                yield outcome
            else:
                self._killed(outcome)

    def refuse_all(self) -> None:
        """For the end: whatever still waits does not run."""
        for waiting in self._questions.dropped():
            if waiting is not None:
                self._fail(waiting.notification, errno.EACCES)

    def _ask(self, notification: Notification) -> None:
        found = attempt.read(notification, self._originals)
        self.program = self.program or found.pid
        if self._denied and self._denied.covers(found):
            self._fail(notification, errno.EACCES)
            return
        waiting = _Waiting(notification, found, next(self._ids))
        call = found.call(waiting.call_id, self._jailer)
        if not notify.valid(self.notifications, notification.id):
            return  # it died; what was read may be another process's
        try:
            self._questions.ask(waiting, {"op": "decide", "call": call})
        except TooLong:
            raise Refused("too_long", "its arguments are longer than can be judged", found.argv) from None

    def _let_run(self, waiting: _Waiting) -> None:
        notification = waiting.notification
        if not notify.valid(self.notifications, notification.id):
            return
        try:
            self.verifier.seize(notification.tid, waiting.call_id, waiting.attempt.expected)
        except OSError as problem:
            self._deny(waiting, "process.traced", f"the process can't be checked while it starts: {problem.strerror}")
            return
        notify.proceed(self.notifications, notification.id)

    def _deny(self, waiting: _Waiting, rule: str, reason: str, help: str = "") -> None:
        self._denied = _Denied(waiting.attempt, time.monotonic() + 1)
        name = ancestry.program(waiting.attempt.argv)
        refusal.tell(waiting.attempt.pid, refusal.line(name, rule, reason, help))
        self._fail(waiting.notification, errno.EACCES)

    def _refuse(self, notification: Notification, refused: Refused) -> None:
        """A refusal by the door itself, about something that could not be turned into a call."""
        pid = attempt.leader(notification.tid)
        refusal.tell(pid, refusal.line(refused.name, refused.rule, str(refused)))
        self._record(pid, refused.argv, refused.rule, f"{refused.name}: {refused}")
        self._report({"event": "refused", "rule": refused.rule, "reason": str(refused), "pid": pid})
        self._fail(notification, errno.EACCES)

    def _killed(self, swapped: Swapped) -> None:
        argv = swapped.argv
        self._record(swapped.pid, argv, "process.swapped", f"{swapped.reason}, and it was killed before it ran")
        self._report({"event": "swapped", "call": swapped.call_id, "pid": swapped.pid, "reason": swapped.reason})

    def _record(self, pid: int, argv: list[bytes], rule: str, reason: str) -> None:
        """What no policy is asked about is on record all the same."""
        shown = [ancestry.decoded(argument)[:MAX_SHOWN] for argument in argv[:MAX_SHOWN]]
        call = {"id": next(self._ids), "kind": "exec", "argv": shown, "pid": pid}
        call["ancestry"] = ancestry.of(pid, self._jailer)
        finding = {"rule": rule, "reason": reason, "severity": "high"}
        self._questions.ask(None, {"op": "refuse", "call": call, "finding": finding})

    def _fail(self, notification: Notification, error: int) -> None:
        with suppress(OSError):
            notify.fail(self.notifications, notification.id, error)
