"""The egress door, as `callwarden run` uses it. Standard library alone.

    door = EgressDoor(lambda: gate_end, [listeners.tcp], dns=[listeners.dns], port=listeners.port, ca=…, public=…)
    door.start()                    # returns when the worker listens; raises DoorError otherwise
    program_env |= door.environment()
    door.stop()

A worker that dies takes every connection with it. A new one is started, a bounded number of times; until it is ready
clients wait in the listeners' backlog, and past the bound the listeners close.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import callwarden
from callwarden.egress import environment, upstream
from callwarden.errors import CallwardenError, DoorError

READY_SECONDS = 30.0
STOP_SECONDS = 5.0
RESTARTS = 5
# What would change how the worker itself runs or where its own connections go.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


class EgressDoor:
    """`gate_socket` gives a connected socket, whose other end the gate serves as door `egress`, for each worker.

    `listeners` and `dns` are descriptors; they are this door's from now on. Without a listener it
    makes one on 127.0.0.1. `ca` is a private directory, `public` the
    one whose `ca.pem`, `bundle.pem` and `wgetrc` the program gets to see. `python` has mitmproxy; the standard library
    is enough here. `parent` is the person's environment: its proxy and its certificates are chained.
    """

    def __init__(
        self,
        gate_socket: Callable[[], socket.socket],
        listeners: Sequence[int],
        *,
        port: int = 0,
        ca: Path,
        public: Path | None = None,
        dns: Sequence[int] = (),
        python: str = sys.executable,
        parent: Mapping[str, str] | None = None,
        on_note: Callable[[str], None] = lambda _: None,
        restarts: int = RESTARTS,
    ) -> None:
        self._gate_socket = gate_socket
        self._listeners, self._dns, self._port = list(listeners), list(dns), port
        if not listeners:
            with socket.create_server(("127.0.0.1", port), backlog=512) as made:
                self._port = made.getsockname()[1]
                self._listeners = [made.detach()]
        self._ca, self._public = ca, public or ca
        self._python = python
        self._parent = dict(os.environ if parent is None else parent)
        self._on_note = on_note
        self._restarts = restarts
        self._stopping = threading.Event()
        self._worker: _Worker | None = None
        self._watcher: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The proxy's, as seen where the listeners were made."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The worker's; 0 when there is none."""
        return self._worker.process.pid if self._worker else 0

    def start(self) -> None:
        """Returns when the worker accepts connections. Raises `DoorError` with what it said when it does not."""
        try:
            self._worker = self._spawned()
        except BaseException:
            self._close()
            raise
        self._watcher = threading.Thread(target=self._watch, name="callwarden-egress", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Ends the worker and closes the listeners. Once or often."""
        self._stopping.set()
        if self._worker:
            self._worker.finish()
        if self._watcher:
            self._watcher.join(STOP_SECONDS)
        self._close()

    def environment(self, directory: str = "", *, direct: str = "") -> dict[str, str]:
        """What the program needs to find and trust the proxy. `directory`: where it sees the public directory."""
        seen = directory or str(self._public)
        return environment.variables(
            self.url,
            bundle=f"{seen}/bundle.pem",
            certificate=f"{seen}/ca.pem",
            wgetrc=f"{seen}/wgetrc",
            truststore=f"{seen}/trust.p12" if (self._public / "trust.p12").exists() else "",
            direct=direct,
        )

    def _spawned(self) -> _Worker:
        proxy, no_proxy = upstream.of(self._parent)
        trusted = [name for name in upstream.trusted(self._parent) if Path(name).is_file()]
        arguments = [f"--ca={self._ca}", f"--public={self._public}"]
        arguments += [f"--listen-fd={number}" for number in self._listeners]
        arguments += [f"--dns-fd={number}" for number in self._dns]
        arguments += [f"--upstream-ca={name}" for name in trusted]
        secret = {"CALLWARDEN_UPSTREAM_PROXY": proxy, "CALLWARDEN_NO_PROXY": no_proxy} if proxy else {}
        kept = {name: self._parent[name] for name in _KEPT if name in self._parent}
        source = str(Path(callwarden.__file__).parent.parent)
        with self._gate_socket() as gate:
            worker = _Worker(
                [self._python, "-P", "-m", "callwarden.egress.worker", *arguments],
                {**kept, **secret, "PYTHONPATH": source},
                gate,
                [*self._listeners, *self._dns],
            )
        worker.wait_ready()
        return worker

    def _watch(self) -> None:
        for left in range(self._restarts, -1, -1):
            assert self._worker is not None
            self._worker.notes(self._on_note)
            status = self._worker.end()
            if self._stopping.is_set():
                return
            self._on_note(f"the egress worker ended with status {status}; {left} more will be started")
            if not left or not self._restarted():
                break
        self._on_note("there is no egress worker any more: every connection is refused")
        self._close()

    def _restarted(self) -> bool:
        try:
            self._worker = self._spawned()
        except (CallwardenError, OSError) as problem:
            self._on_note(str(problem))
            return False
        if self._stopping.is_set():
            self._worker.end()
        return True

    def _close(self) -> None:
        for descriptor in (*self._listeners, *self._dns):
            with suppress(OSError):
                os.close(descriptor)
        self._listeners, self._dns = [], []


class _Worker:
    """One worker process and the control socket to it, whose end is the worker's end."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], gate: socket.socket, passed: Sequence[int]) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            own = [f"--gate-fd={gate.fileno()}", f"--control-fd={theirs.fileno()}"]
            self.process = subprocess.Popen(
                [*argv, *own],
                env=dict(env),
                pass_fds=[*passed, gate.fileno(), theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the program; the door ends when the run does
            )
        self._said = b""
        self._drainer = threading.Thread(target=self._drain, name="callwarden-egress-stderr", daemon=True)
        self._drainer.start()

    def wait_ready(self) -> None:
        self._control.settimeout(READY_SECONDS)
        try:
            ready = self._control.recv(1)
        except TimeoutError:
            ready = b""
        self._control.settimeout(None)
        if not ready:
            self.end()
            self._drainer.join(STOP_SECONDS)
            last = self._said.decode(errors="replace").strip().rpartition("\n")[2]
            raise DoorError(
                f"the egress worker did not start: {last or 'it said nothing'}",
                help="it needs mitmproxy: install callwarden[egress]",
            )

    def notes(self, tell: Callable[[str], None]) -> None:
        """Hands on what the worker says, until it has gone."""
        with suppress(OSError, ValueError), self._control.makefile("rb") as lines:
            for line in lines:
                tell(str(json.loads(line)["note"]))

    def finish(self) -> None:
        """Lets it report how what is under way ended, then ends it."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        self.end()

    def end(self) -> int:
        """Hangs up, which ends it; kills it if it doesn't. Returns its status."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self._control.close()

    def _drain(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self._said = (self._said + line)[-8192:]
