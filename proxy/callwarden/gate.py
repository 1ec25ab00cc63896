"""The gate: a call becomes facts, the facts a decision, the decision a durable record, and only then an answer.

Whatever fails on that way is a refusal with a `gate.*` finding, recorded if it can be. The answer to a call that could
not be recorded is always no.

| finding | why |
|---|---|
| `gate.malformed` | it is no call |
| `gate.session` | its session is not known here |
| `gate.identity` | it claims another session than its own |
| `gate.replay` | its id belongs to another call, or the call has run already |
| `gate.facts` | it could not be understood |
| `gate.engine` | the engine gave no usable answer |
| `gate.uncovered` | no policy speaks about a part of it |
| `gate.unanswered` | it needs a person's approval, and nobody gave it |
| `gate.denied` | a person said no |
| `gate.audit` | it could not be recorded |
| `gate.fault` | callwarden failed in a way of its own |
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from callwarden import __version__, config
from callwarden.approval import Approver, NoApprover
from callwarden.approval.desk import Case, Desk
from callwarden.audit import entries
from callwarden.audit.record import Parts, plain
from callwarden.audit.sqlite import AuditLog
from callwarden.book import Asked, Book, Verdict
from callwarden.call import Call, ExecCall, Session, digest
from callwarden.decision import Decision, Finding, gate_finding, refused
from callwarden.document import Cause, Point
from callwarden.engine import Engine
from callwarden.errors import AuditError, UsageError
from callwarden.facts.context import Context
from callwarden.flow import Ask, judge
from callwarden.judging import examine, malformed, read
from callwarden.session.live import Conflict, Hint, Live, Seen
from callwarden.session.state import Began, Completed

__all__ = ["AsyncGate", "Gate", "Verdict"]

T = TypeVar("T")
NO_HINT = Hint()


class Gate:
    """Safe from many threads. Owns its audit log; the engine and the approver are handed in and closed with it."""

    def __init__(
        self,
        *,
        engine: Engine,
        tables: Mapping[str, Any],
        log: AuditLog,
        approver: Approver | None = None,
        waits: Mapping[str, float] | None = None,
        deadline: float = config.DEADLINE.default,
        resolve: bool = True,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self.engine = engine
        self.tables = tables
        self.log = log
        self._book = Book(log, tables, clock)
        self._deadline = deadline
        self._resolve = resolve
        self._sessions: dict[str, Live[Verdict]] = {}
        self._lock = threading.Lock()
        person = approver or NoApprover()
        self.desk = Desk(person, self._book.write, person.waits if waits is None else waits)

    @classmethod
    def open(cls, directory: Path, *, engine: Engine, tables: Mapping[str, Any], **options: Any) -> Gate:
        """A gate over a data directory. Raises `AuditLocked` when another gate owns it, else `AuditError`."""
        log = AuditLog(directory)
        gate = cls(engine=engine, tables=tables, log=log, **options)
        try:
            gate._book.write(Parts("system", data={"started": __version__, "sqlite": sqlite3.sqlite_version}))
            gate._book.write(
                Parts("policy", policy_digest=engine.policy_digest, revision=engine.revision, engine=engine.name)
            )
        except BaseException:
            log.close()
            raise
        return gate

    # Sessions

    def open_session(self, session: Session, *, root: str = "/", **data: Any) -> str:
        """Makes a session known and records it with `data` (its doors, what is missing); returns the record's id.

        `root` is the directory that the session's programs see as `/`. Raises `UsageError` for an id that is taken.
        """
        with self._lock:
            if session.id in self._sessions:
                raise UsageError(f"session {session.id} is open already")
            self._sessions[session.id] = Live(session, root)
        try:
            return self._book.write(entries.session(session, event="opened", **data))
        except AuditError:
            self._forget(session.id)
            raise

    def close_session(self, session: str, **data: Any) -> str:
        """Ends a session: its calls are refused from now on, its grants are gone."""
        live = self._forget(session)
        if live is None:
            raise UsageError(f"session {session} is not open")
        self.desk.end(session)
        counters = live.state.counters
        ended = plain({"event": "closed", "counters": counters, **data})
        return self._book.write(Parts("session", session=session, data=ended))

    # Calls

    def decide(
        self,
        call: Call | object,
        *,
        session: str,
        door: Point = "tool",
        cause: Cause | None = None,
        hint: Hint = NO_HINT,
    ) -> Verdict:
        """The answer to a call (a `Call`, decoded JSON, or JSON text), after it is on record. Never raises.

        `cause` and `hint` are what a door knows of where the call comes from.
        """
        try:
            return self._decide(call, session, door, cause, hint)
        except Exception as error:
            return self._unanswerable(error, call, session, door)

    def refuse(self, call: object, finding: Finding, *, session: str, door: Point) -> Verdict:
        """Puts on record what a door refused by itself, since it could not tell what would happen. Never raises."""
        try:
            live, known = self._live(session), read(call)
            if live is None or isinstance(known, Decision):
                return self._book.unread(finding, call, session, door)
            return self._book.unasked(self._asked(live, known, digest(known), door), finding)
        except Exception as error:
            return self._unanswerable(error, call, session, door)

    def complete(self, call_id: str, result: Mapping[str, Any], *, session: str, door: Point = "tool") -> str:
        """Records how a call ended that was let run at this door; returns the record's id.

        Raises `UsageError` for a call that is not under way, `AuditError` when it can't be recorded.
        """
        live = self._live(session)
        window = live.closed(call_id, door) if live else None
        if live is None or window is None:
            raise UsageError(f"call {call_id} is not under way in session {session}")
        context = self._context(live)
        said = result.get("taint")
        live.note(Completed(frozenset(map(str, said)) if isinstance(said, list) else frozenset()))
        return self._book.write(entries.result(session, call_id, window.record, result, context))

    def health(self) -> dict[str, Any]:
        failed = self.log.failed
        head = self.log.head
        return {
            "ok": failed is None,
            "problem": str(failed or ""),
            "engine": self.engine.name,
            "policy_digest": self.engine.policy_digest,
            "revision": self.engine.revision,
            "log": self.log.log,
            "head": {"seq": head.seq, "hash": head.hash},
            "sessions": len(self._sessions),
        }

    def stop(self) -> None:
        """Nobody is asked any more: what waits for a person is refused."""
        self.desk.close()

    def close(self) -> None:
        """Ends open questions (refused), then the log, then the engine."""
        self.stop()
        try:
            if not self.log.failed:
                self._book.write(Parts("system", data={"stopped": __version__}))
        finally:
            self.log.close()
            self.engine.close()

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # One call on its way

    def _decide(self, call: object, session: str, door: Point, cause: Cause | None, hint: Hint) -> Verdict:
        live = self._live(session)
        if live is None:
            reason = "the session of this call is not known to the gate"
            return self._book.unread(gate_finding("session", reason, "a launcher opens sessions"), call, session, door)
        known = read(call)
        if isinstance(known, Decision):
            return self._book.unread(known.leading, call, session, door)
        try:
            content = digest(known)
        except TypeError as error:  # a number that JSON can't hold, from a caller in this process
            return self._book.unread(malformed(str(error)).leading, call, session, door)
        return self._once(self._asked(live, known, content, door, cause=cause, hint=hint))

    def _asked(
        self,
        live: Live[Verdict],
        call: Call,
        content: str,
        door: Point,
        *,
        cause: Cause | None = None,
        hint: Hint = NO_HINT,
    ) -> Asked:
        above = live.above(call, hint) if door != "tool" else None
        found = live.cause(cause, above) if door != "tool" else Cause()
        context = self._context(live, call, door)
        return Asked(live, door, context, found, call, content, above.call if above else "")

    def _once(self, asked: Asked) -> Verdict:
        """The same call again gets the answer it got; its id with another content is refused, as is one that ran."""
        entry = asked.live.enter(asked.call.id, asked.digest, asked.door)
        match entry:
            case Conflict():
                return self._book.unasked(asked, _replay("this id belongs to another call of the session"))
            case Seen():
                verdict = entry.answer.result()
                ended = verdict.run and not asked.live.under_way(asked.call.id, asked.door)
                return self._book.unasked(asked, _replay("this call has run already")) if ended else verdict
        try:
            verdict = self._judged(asked)
        except BaseException as error:
            asked.live.forget(asked.call.id, asked.door)
            entry.answer.set_exception(error)
            raise
        if verdict.ticket:
            asked.live.forget(asked.call.id, asked.door)  # a retry may find the grant that a person left meanwhile
        entry.answer.set_result(verdict)
        return verdict

    def _judged(self, asked: Asked) -> Verdict:
        live = asked.live
        state = live.note(Began(asked.call.kind, asked.door))
        judged = examine(
            asked.call,
            asked.context,
            self.engine,
            live.session,
            state=state,
            door=asked.door,
            cause=asked.cause,
            deadline=self._deadline,
        )
        step = judge(judged.decision, live.session.mode)
        if isinstance(step, Ask):
            step = self.desk.settle(step, Case(asked.call, judged.facts, live, asked.door, asked.cause))
        return self._book.settled(asked, step, judged)

    def _unanswerable(self, error: Exception, call: object, session: str, door: Point) -> Verdict:
        """The last net: a fault of our own, or a log that takes nothing. On record if that is still possible."""
        if isinstance(error, AuditError):
            finding = gate_finding("audit", f"the call could not be recorded: {error}"[:4096], error.help)
            return Verdict(refused(finding), False, "", finding)
        finding = gate_finding("fault", f"callwarden failed: {type(error).__name__}", "please report it")
        try:
            return self._book.unread(finding, call, session, door)
        except Exception:
            return Verdict(refused(finding), False, "", finding)

    # Parts

    def _live(self, session: str) -> Live[Verdict] | None:
        return self._sessions.get(session)

    def _forget(self, session: str) -> Live[Verdict] | None:
        with self._lock:
            return self._sessions.pop(session, None)

    def _context(self, live: Live[Verdict], call: Call | None = None, door: Point = "tool") -> Context:
        root = live.root
        if door == "process" and isinstance(call, ExecCall) and call.pid:
            root = f"/proc/{call.pid}/root"
        return Context.of(live.session, self.tables, resolve=self._resolve, root=root)


def _replay(reason: str) -> Finding:
    return gate_finding("replay", reason, "give each call an id of its own")


class AsyncGate:
    """The same gate for asyncio: each call takes a thread of its own pool while it is judged and recorded.

    A cancelled `decide` is decided and recorded all the same; nobody hears the answer, so nothing runs on it.
    """

    def __init__(self, gate: Gate, *, threads: int = 64) -> None:
        self.gate = gate
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="callwarden-gate")

    async def decide(
        self, call: Call | object, *, session: str, door: Point = "tool", cause: Cause | None = None
    ) -> Verdict:
        return await self._run(lambda: self.gate.decide(call, session=session, door=door, cause=cause))

    async def complete(self, call_id: str, result: Mapping[str, Any], *, session: str, door: Point = "tool") -> str:
        return await self._run(lambda: self.gate.complete(call_id, result, session=session, door=door))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def close(self) -> None:
        await self._run(self.gate.close)
        self._pool.shutdown(wait=False)
