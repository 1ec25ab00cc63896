"""Helpers for tests of the egress door: a gate that is a function, and the door standing open on the loopback.

with open_door(lambda call: "allow") as door:
    httpx.get("https://…", proxy=door.url, verify=door.bundle)
"""

from __future__ import annotations

import json
import os
import select
import socket
import socketserver
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callwarden.egress.door import EgressDoor

Answer = str | dict[str, Any]
Policy = Callable[[dict[str, Any]], Answer]


REASON = "this host is not on the list"


def denied_by_name(call: dict[str, Any]) -> Answer:
    """Allows everything but hosts that are called `denied.…`."""
    if "denied." in str(call.get("host") or call.get("url")):
        return {"effect": "deny", "rule": "egress.host", "reason": REASON, "help": "ask for it"}
    return "allow"


class FunctionGate:
    """Answers each call with what `policy` says: an effect, or fields of a finding. Remembers calls and results."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.calls: list[dict[str, Any]] = []
        self.results: dict[str, dict[str, Any]] = {}
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    def connect(self) -> socket.socket:
        """The door's end of a new connection."""
        ours, theirs = socket.socketpair()
        self._sockets.append(ours)
        threading.Thread(target=self._serve, args=(ours,), daemon=True).start()
        return theirs

    def hang_up(self) -> None:
        """What the death of the gate looks like to a door."""
        for sock in self._sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def seen(self, kind: str) -> list[dict[str, Any]]:
        with self._lock:
            return [call for call in self.calls if call["kind"] == kind]

    def result(self, call: dict[str, Any], seconds: float = 5.0) -> dict[str, Any]:
        """How a call ended; completions come a moment after the traffic."""
        until = time.monotonic() + seconds
        while call["id"] not in self.results:
            assert time.monotonic() < until, f"{call} was never completed"
            time.sleep(0.01)
        return self.results[call["id"]]

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError), sock, sock.makefile("rb") as lines:
            for line in lines:
                threading.Thread(target=self._reply, args=(sock, json.loads(line)), daemon=True).start()

    def _reply(self, sock: socket.socket, message: dict[str, Any]) -> None:
        said = self._decided(message["call"]) if message["op"] == "decide" else self._completed(message)
        with suppress(OSError), self._lock:
            sock.sendall(json.dumps({"seq": message["seq"], **said}).encode() + b"\n")

    def _decided(self, call: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self.calls.append(call)
        answer = self.policy(call)
        given = {"effect": answer} if isinstance(answer, str) else answer
        ticket = given.get("ticket", "")
        finding = {"rule": "test.rule", "reason": "because the test says so", "help": "ask", "tags": [], **given}
        return {
            "decision": {"effect": given["effect"], "findings": [finding]},
            "run": given.get("run", given["effect"] == "allow"),
            "record": f"record-{call['id']}",
            "finding": finding,
            "ticket": ticket,
        }

    def _completed(self, message: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self.results[message["call_id"]] = message["result"]
        return {"ok": True, "record": "record"}


@dataclass
class OpenDoor:
    door: EgressDoor
    gate: FunctionGate
    port: int
    directory: Path
    notes: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def bundle(self) -> str:
        return str(self.directory / "bundle.pem")

    def raw(self, *sent: bytes, seconds: float = 10.0) -> bytes:
        """Sends bytes to the proxy and returns all it answers until it hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as sock:
            for part in sent:
                sock.sendall(part)
            return _rest(sock)

    def connect(self, target: str, *, host: str = "") -> tuple[socket.socket, bytes]:
        """A connection after CONNECT, and what the proxy said to it."""
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {host or target}\r\n\r\n".encode())
        return sock, sock.recv(4096)

    def inside(self, target: str, request: bytes, *, server_name: str | None = None) -> bytes:
        """What is answered to bytes sent inside TLS inside a tunnel to `target`."""
        sock, said = self.connect(target)
        if b" 200 " not in said:
            sock.close()
            return said
        context = ssl.create_default_context(cafile=self.bundle)
        context.check_hostname = False
        with context.wrap_socket(sock, server_hostname=server_name or target.rpartition(":")[0]) as secure:
            secure.sendall(request)
            return _rest(secure)

    def environment(self, **more: str) -> dict[str, str]:
        """A client's whole environment."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, "LC_ALL": "C.UTF-8", **self.door.environment(), **more}

    def clear(self, policy: Policy) -> None:
        """Forgets what was, and goes on under another policy."""
        self.gate.policy = policy
        self.gate.calls.clear()
        self.gate.results.clear()
        self.notes.clear()

    @property
    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.bundle)

    def note(self, text: str, seconds: float = 5.0) -> str:
        """The first note that holds `text`."""
        until = time.monotonic() + seconds
        while not (found := [note for note in self.notes if text in note]):
            assert time.monotonic() < until, f"no note says {text!r}: {self.notes}"
            time.sleep(0.01)
        return found[0]


class PersonsProxy(socketserver.ThreadingTCPServer):
    """A proxy such as a company has: passes on what it is asked for, and remembers the heads of requests.

    `names` says where the names are that it alone knows.
    """

    daemon_threads = True

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.names = dict(names or {})
        self.heads: list[str] = []


class _Passing(socketserver.StreamRequestHandler):
    server: PersonsProxy

    def handle(self) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.rfile.readline()
        self.server.heads.append(head.decode())
        method, target, _ = head.decode().split(" ", 2)
        authority, _, path = target.removeprefix("http://").partition("/")
        host, _, port = authority.rpartition(":")
        here = "127.0.0.1" if f".{host}".endswith(".localhost") else host  # which not every resolver knows
        with socket.create_connection((self.server.names.get(host, here), int(port)), timeout=10) as onward:
            if method == "CONNECT":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                kept = [line for line in head.decode().splitlines()[1:] if not line.lower().startswith("proxy-")]
                onward.sendall("\r\n".join([f"{method} /{path} HTTP/1.1", *kept, ""]).encode())
            _pass(self.request, onward)


def _pass(left: socket.socket, right: socket.socket) -> None:
    with suppress(OSError):
        while True:
            for ready in select.select([left, right], [], [], 10)[0]:
                if not (data := ready.recv(1 << 16)):
                    return
                (right if ready is left else left).sendall(data)


def _rest(sock: socket.socket) -> bytes:
    said = b""
    with suppress(OSError):
        while data := sock.recv(1 << 16):
            said += data
    return said


@contextmanager
def open_door(
    policy: Policy, *, parent: Mapping[str, str] | None = None, python: str | None = None, **options: Any
) -> Iterator[OpenDoor]:
    """A door with a worker on the loopback. `parent`: the person's environment, such as `SSL_CERT_FILE`."""
    gate, notes = FunctionGate(policy), list[str]()
    listener = socket.create_server(("127.0.0.1", 0))
    port: int = listener.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="callwarden-egress-") as directory:
        door = EgressDoor(
            gate.connect,
            [listener.detach()],
            port=port,
            ca=Path(directory) / "private",
            public=Path(directory),
            parent=parent or {},
            python=python or os.environ.get("CALLWARDEN_EGRESS_PYTHON", sys.executable),
            on_note=notes.append,
            **options,
        )
        door.start()
        try:
            yield OpenDoor(door, gate, port, Path(directory), notes)
        finally:
            door.stop()
            gate.hang_up()
