"""The gate's sockets: one that adapters connect to, and connections that doors inherit.

Whose connection it is (session, door) is known here, where the connection is made; a message can't say it. Each
connection has a bounded number of questions in the air: past that it is not read, so a flood costs its sender alone.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from callwarden.client import peer_uid
from callwarden.decision import Finding
from callwarden.document import Cause, Point
from callwarden.errors import CallwardenError, DoorError
from callwarden.server import protocol
from callwarden.server.protocol import DOOR_FIELDS, Lines, Message, ProtocolError
from callwarden.session.live import Hint

CHUNK = 1 << 16
IN_THE_AIR = 32  # questions a connection may have open; an escalated one is open until a person answers
CONNECTIONS = 64  # adapters at once; each may hold a line that is not whole yet


class Answers(Protocol):
    """What a verdict is to the protocol."""

    def wire(self) -> dict[str, Any]: ...


class Service(Protocol):
    """What a gate is to its sockets."""

    def decide(self, call: object, *, session: str, door: Point, cause: Cause | None, hint: Hint) -> Answers: ...
    def refuse(self, call: object, finding: Finding, *, session: str, door: Point) -> Answers: ...
    def complete(self, call_id: str, result: Mapping[str, Any], *, session: str, door: Point) -> str: ...
    def health(self) -> dict[str, Any]: ...
    def stop(self) -> None: ...


class Connection:
    """One peer: reads its lines, answers each as it is decided, in any order."""

    def __init__(self, gate: Service, sock: socket.socket, session: str, door: Point, *, trusted: bool) -> None:
        self._gate = gate
        self._socket = sock
        self._session = session
        self._door: Point = door
        self._trusted = trusted  # a door of ours: it may say what caused a call
        self._sending = threading.Lock()
        self._slots = threading.Semaphore(IN_THE_AIR)
        self._pool = ThreadPoolExecutor(IN_THE_AIR, thread_name_prefix=f"callwarden-{door}")

    def serve(self) -> None:
        """Returns when the peer has gone or sent what can't be framed. Answers under way are recorded all the same."""
        lines = Lines()
        try:
            while data := self._socket.recv(CHUNK):
                for line in lines.feed(data):
                    self._slots.acquire()
                    self._pool.submit(self._handle, line)
        except ProtocolError as problem:
            self._send(protocol.error(None, str(problem)))
        except OSError:
            pass  # the peer has gone
        finally:
            self.close()
            self._pool.shutdown(wait=True)
            self._socket.close()

    def close(self) -> None:
        """Hangs up; `serve` returns."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _handle(self, line: bytes) -> None:
        try:
            answer = self._answered(line)
        except Exception as error:  # whatever it was, somebody waits
            answer = protocol.error(None, f"the gate failed: {type(error).__name__}")
        finally:
            self._slots.release()
        self._send(answer)

    def _answered(self, line: bytes) -> bytes:
        try:
            message = protocol.read(line)
        except ProtocolError as problem:
            return protocol.error(problem.seq, str(problem))
        try:
            return protocol.write({"seq": message.seq, **self._reply(message)})
        except (CallwardenError, ValueError) as problem:
            return protocol.error(message.seq, str(problem))

    def _reply(self, message: Message) -> dict[str, Any]:
        match message.op:
            case "decide":
                return self._decided(message.fields)
            case "complete":
                return {"ok": True, "record": self._completed(message.fields)}
            case "refuse":
                return self._refused(message.fields)
            case "ping":
                return {"ok": True}
            case "health":
                return {"ok": True, "health": self._gate.health()}

    def _decided(self, fields: dict[str, Any]) -> dict[str, Any]:
        if not self._trusted and DOOR_FIELDS & fields.keys():
            raise ProtocolError("cause, parent and port: said by the gate's own doors only")
        cause = _cause(fields["cause"]) if "cause" in fields else None
        hint = Hint(str(fields.get("parent", "")), _port(fields.get("port", 0)))
        call = fields.get("call")
        return self._gate.decide(call, session=self._session, door=self._door, cause=cause, hint=hint).wire()

    def _completed(self, fields: dict[str, Any]) -> str:
        call_id, result = fields.get("call_id"), fields.get("result")
        if not isinstance(call_id, str) or not isinstance(result, dict):
            raise ProtocolError("complete: call_id is a string and result an object")
        return self._gate.complete(call_id, result, session=self._session, door=self._door)

    def _refused(self, fields: dict[str, Any]) -> dict[str, Any]:
        if not self._trusted:
            raise ProtocolError("refuse: for the gate's own doors only")
        try:
            finding = Finding.model_validate({**fields["finding"], "effect": "deny"})
        except (KeyError, TypeError, ValidationError):
            raise ProtocolError("refuse: finding has a rule and a reason") from None
        return self._gate.refuse(fields.get("call"), finding, session=self._session, door=self._door).wire()

    def _send(self, line: bytes) -> None:
        with self._sending, suppress(OSError):  # a peer that has gone hears nothing; its call is on record
            self._socket.sendall(line)


class Server:
    """Every connection of a gate. `serve` takes over a connected socket; `listen` offers a path to adapters."""

    def __init__(self, gate: Service) -> None:
        self._gate = gate
        self._lock = threading.Lock()
        self._closing = False
        self._connections: dict[Connection, threading.Thread] = {}
        self._listeners: dict[socket.socket, tuple[Path, threading.Thread]] = {}

    def serve(
        self, sock: socket.socket, *, session: str, door: Point, gone: Callable[[], None] | None = None
    ) -> Connection:
        """Answers a door over a connected socket of ours. `gone` is called when the door has hung up."""
        return self._start(Connection(self._gate, sock, session, door, trusted=True), gone)

    def listen(self, path: Path, *, session: str, uids: frozenset[int] | None = None) -> Path:
        """Offers the tool door of a session at `path`, to processes of our own uid (or of `uids`).

        The directory is made, ours alone; a socket that a dead gate left there is replaced. Raises `DoorError`.
        """
        allowed = frozenset({os.getuid()}) if uids is None else uids
        listener = _listener(path)
        thread = threading.Thread(
            target=self._accept, args=(listener, session, allowed), name="callwarden-listen", daemon=True
        )
        with self._lock:
            self._listeners[listener] = (path, thread)
        thread.start()
        return path

    def close(self) -> None:
        """Stops asking people, then hangs up on everybody: nothing that was asked stays without an answer."""
        self._gate.stop()
        with self._lock:
            self._closing = True
            listeners, connections = dict(self._listeners), dict(self._connections)
        for listener, (path, thread) in listeners.items():
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            listener.close()
            path.unlink(missing_ok=True)
        for connection, thread in connections.items():
            connection.close()
            thread.join(10)

    def _accept(self, listener: socket.socket, session: str, uids: frozenset[int]) -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return  # closed
            if peer_uid(sock) not in uids:
                _hang_up(sock, "this gate answers its own account only")
            elif len(self._connections) >= CONNECTIONS:
                _hang_up(sock, f"{CONNECTIONS} connections are open already")
            else:
                self._start(Connection(self._gate, sock, session, "tool", trusted=False), None)

    def _start(self, connection: Connection, gone: Callable[[], None] | None) -> Connection:
        thread = threading.Thread(target=self._run, args=(connection, gone), name="callwarden-serve", daemon=True)
        with self._lock:
            if not self._closing:
                self._connections[connection] = thread
        if self._closing:
            connection.close()
        thread.start()
        return connection

    def _run(self, connection: Connection, gone: Callable[[], None] | None) -> None:
        try:
            connection.serve()
        finally:
            with self._lock:
                self._connections.pop(connection, None)
            if gone and not self._closing:
                gone()


def _cause(said: object) -> Cause:
    try:
        return Cause.model_validate(said)
    except ValidationError:
        raise ProtocolError("cause: id, confidence and candidates") from None


def _port(said: object) -> int:
    if type(said) is not int or not 0 <= said <= 65_535:
        raise ProtocolError("port: an integer up to 65535")
    return said


def _listener(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        if path.is_socket():
            path.unlink()
        listener.bind(os.fspath(path))
        path.chmod(0o600)
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise DoorError(f"no socket can be offered at {path}: {error.strerror or error}") from error
    return listener


def _hang_up(sock: socket.socket, why: str) -> None:
    with sock, suppress(OSError):
        sock.sendall(protocol.error(None, why))
