"""The client of a gate's local socket. Standard library only: it lives in agents' own environments.

    with Client.connect("/run/user/1000/callwarden/gate.sock") as gate:
        answer = gate.decide({"id": "c1", "kind": "shell", "command": "ls"})
        if answer["run"]: …

Whatever goes wrong raises, and nothing may run then: `GateGone` when the gate does not answer, `DoorError` when it
could not use the question.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import socket
import stat
import struct
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path
from types import TracebackType
from typing import Any

from callwarden.errors import DoorError, GateGone

SOCKET_VARIABLE = "CALLWARDEN_SOCKET"
CHUNK = 1 << 16
Answer = dict[str, Any]


class Client:
    """One connection, many threads: questions are pipelined and each answer finds its asker."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._sending = threading.Lock()
        self._waiting = _Waiting()
        self._reader = threading.Thread(target=self._read, name="callwarden-client", daemon=True)
        self._reader.start()

    @classmethod
    def connect(cls, path: str | os.PathLike[str] | None = None, *, uid: int | None = None) -> Client:
        """Connects to the gate at `path` (default: `$CALLWARDEN_SOCKET`), if it belongs to `uid` (default: us)."""
        return cls(_connected(_path(path), os.getuid() if uid is None else uid))

    def decide(self, call: dict[str, Any], *, timeout: float | None = None, **extra: Any) -> Answer:
        """Asks about a call: `{"decision", "run", "record", "finding", "ticket"}`. Only doors may pass `cause`."""
        return self._ask(timeout, op="decide", call=call, **extra)

    def complete(self, call_id: str, result: dict[str, Any], *, timeout: float | None = None) -> Answer:
        """Records how a call ended: exit status, bytes, duration, as integers and short strings."""
        return self._ask(timeout, op="complete", call_id=call_id, result=result)

    def ping(self, *, timeout: float | None = 5.0) -> bool:
        return bool(self._ask(timeout, op="ping").get("ok"))

    def health(self, *, timeout: float | None = 5.0) -> Answer:
        health: Answer = self._ask(timeout, op="health").get("health", {})
        return health

    def submit(self, **message: Any) -> Future[Answer]:
        """Sends one message and returns at once; the future holds its answer, or `GateGone`."""
        seq, future = self._waiting.open()
        try:
            line = _line(seq, message)
            with self._sending:
                self._socket.sendall(line)
        except OSError as problem:
            self._lost(problem)
        except ValueError as problem:
            self._waiting.settle(seq, DoorError(f"the question can't be written as JSON in UTF-8: {problem}"))
        return future

    def close(self) -> None:
        _shut(self._socket)
        self._reader.join(timeout=5)
        self._socket.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ask(self, timeout: float | None, **message: Any) -> Answer:
        try:
            answer = self.submit(**message).result(timeout)
        except FutureTimeout:
            raise GateGone(f"the gate did not answer within {timeout} s") from None
        return _usable(answer)

    def _read(self) -> None:
        rest = b""
        try:
            while data := self._socket.recv(CHUNK):
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._waiting.answer(line)
            self._lost(None)
        except (OSError, ValueError) as problem:
            self._lost(problem)

    def _lost(self, problem: Exception | None) -> None:
        _shut(self._socket)
        self._waiting.lose(_gone(problem))


class AsyncClient:
    """The same for asyncio: one connection, any number of tasks."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._waiting = _Waiting()
        self._task = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def over(cls, sock: socket.socket) -> AsyncClient:
        """A client over a connected socket, such as the one a door inherits."""
        sock.setblocking(False)
        reader, writer = await asyncio.open_unix_connection(sock=sock, limit=CHUNK)
        return cls(reader, writer)

    @classmethod
    async def connect(cls, path: str | os.PathLike[str] | None = None, *, uid: int | None = None) -> AsyncClient:
        return await cls.over(_connected(_path(path), os.getuid() if uid is None else uid))

    async def decide(self, call: dict[str, Any], *, timeout: float | None = None, **extra: Any) -> Answer:
        return await self._ask(timeout, op="decide", call=call, **extra)

    async def complete(self, call_id: str, result: dict[str, Any], *, timeout: float | None = None) -> Answer:
        return await self._ask(timeout, op="complete", call_id=call_id, result=result)

    async def ping(self, *, timeout: float | None = 5.0) -> bool:
        return bool((await self._ask(timeout, op="ping")).get("ok"))

    async def health(self, *, timeout: float | None = 5.0) -> Answer:
        health: Answer = (await self._ask(timeout, op="health")).get("health", {})
        return health

    async def lost(self) -> None:
        """Returns when the gate has gone: what a door waits for to close itself."""
        await asyncio.wait({self._task})

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._waiting.lose(_gone(None))
        self._writer.close()

    async def _ask(self, timeout: float | None, **message: Any) -> Answer:
        seq, future = self._waiting.open()
        try:
            self._writer.write(_line(seq, message))
            await self._writer.drain()
            answer = await asyncio.wait_for(asyncio.wrap_future(future), timeout)
        except TimeoutError:
            raise GateGone(f"the gate did not answer within {timeout} s") from None
        except OSError as problem:
            raise _gone(problem) from problem
        except ValueError as problem:
            raise DoorError(f"the question can't be written as JSON in UTF-8: {problem}") from None
        return _usable(answer)

    async def _read(self) -> None:
        rest, problem = b"", None
        try:
            while data := await self._reader.read(CHUNK):
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._waiting.answer(line)
        except (OSError, ValueError) as error:
            problem = error
        finally:
            self._waiting.lose(_gone(problem))
            self._writer.close()


class _Waiting:
    """Questions without an answer yet. Once lost, every question, also a later one, ends in `GateGone`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._open: dict[int, Future[Answer]] = {}
        self._gone: GateGone | None = None

    def open(self) -> tuple[int, Future[Answer]]:
        future: Future[Answer] = Future()
        with self._lock:
            if self._gone:
                raise GateGone(str(self._gone), help=self._gone.help)
            seq = next(self._numbers)
            self._open[seq] = future
        return seq, future

    def answer(self, line: bytes) -> None:
        """Hands a line to its asker. Raises `ValueError` for what is no answer: the stream can't be trusted then."""
        answer = json.loads(line)
        if not isinstance(answer, dict) or type(answer.get("seq")) is not int:
            detail = answer.get("error", "") if isinstance(answer, dict) else ""
            raise ValueError(f"an answer to no question {detail}".strip())
        self.settle(answer["seq"], answer)

    def settle(self, seq: int, outcome: Answer | Exception) -> None:
        with self._lock:
            future = self._open.pop(seq, None)
        if future is None or not future.set_running_or_notify_cancel():
            return
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    def lose(self, gone: GateGone) -> None:
        with self._lock:
            self._gone = self._gone or gone
            seqs = list(self._open)
        for seq in seqs:
            self.settle(seq, gone)


def _usable(answer: Answer) -> Answer:
    if "error" in answer:
        raise DoorError(f"the gate could not use the question: {answer['error']}")
    return answer


def _line(seq: int, message: dict[str, Any]) -> bytes:
    return json.dumps({"seq": seq, **message}, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _gone(problem: Exception | None) -> GateGone:
    detail = f": {problem}" if problem else ""
    return GateGone(
        f"the gate has gone{detail}", help="nothing is allowed without a gate; start `callwarden run` again"
    )


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # gone already


def _path(path: str | os.PathLike[str] | None) -> Path:
    chosen = os.fspath(path) if path is not None else os.environ.get(SOCKET_VARIABLE, "")
    if not chosen:
        raise GateGone("no gate is known here", help=f"run under `callwarden run`, which sets ${SOCKET_VARIABLE}")
    return Path(chosen)


def _connected(path: Path, uid: int) -> socket.socket:
    """A connection to `path`, if its directory and the process behind it belong to `uid`.

    A variable in the environment only chooses among gates that are installed: a gate somebody else put up is refused.
    """
    try:
        _owned(path.parent, uid)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(os.fspath(path))
            if (peer := peer_uid(sock)) != uid:
                raise GateGone(f"the gate at {path} runs as uid {peer}, expected {uid}")
        except BaseException:
            sock.close()
            raise
    except OSError as problem:
        raise GateGone(f"no gate answers at {path}: {problem.strerror}") from problem
    return sock


def _owned(directory: Path, uid: int) -> None:
    status = directory.stat()
    if status.st_uid != uid or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise GateGone(f"{directory} does not belong to uid {uid} alone, so the gate in it is not trusted")


def peer_uid(sock: socket.socket) -> int:
    """The uid of the process at the other end, as the kernel says."""
    layout = struct.Struct("3i")  # struct ucred: pid, uid, gid
    _, uid, _ = layout.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, layout.size))
    return int(uid)
