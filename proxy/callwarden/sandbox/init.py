"""Pid 1 of the jail: builds the view, gives up every privilege, starts the program, reaps, passes signals on.

When it ends, the kernel ends everything in its PID namespace. It is under the same filter as the program, and not
dumpable, so that the program can't use it to start something unseen.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import sys
from contextlib import suppress

from callwarden.sandbox import channel, libc, mounts, namespaces, seccomp, terminal
from callwarden.sandbox.jail import Jail, Program

NOT_FOUND, REFUSED, OUR_FAULT = 127, 126, 125


def main(to_supervisor: socket.socket, jail: Jail, scratch: str, sockets: list[str]) -> None:
    """Does not return."""
    if jail.namespaces:
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
        mounts.build(jail, scratch, sockets)
        os.chdir("/")
    else:
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)
    namespaces.drop_privileges()
    libc.prctl(libc.PR_SET_DUMPABLE, 0)
    listener = seccomp.install(notify=jail.exec_door)
    channel.send(to_supervisor, {"event": "filtered"}, [] if listener is None else [listener])
    if listener is not None:
        os.close(listener)
    go, order = channel.receive(to_supervisor)
    if go is None or not order:
        os._exit(OUR_FAULT)
    with os.fdopen(order[0]) as text:
        program = Program.loaded(text.read())
    _Init(to_supervisor, _spawn(to_supervisor, program, foreground=bool(go.get("foreground")))).run()


def _spawn(to_supervisor: socket.socket, program: Program, *, foreground: bool) -> int:
    child = os.fork()
    if child:
        with suppress(OSError):  # also done by the child: whoever is first
            os.setpgid(child, child)
        return child
    to_supervisor.close()
    try:
        _become(program, foreground=foreground)
    except FileNotFoundError:
        _exit(NOT_FOUND, f"{program.argv[0]}: not found")
    except OSError as problem:
        _exit(REFUSED, f"{program.argv[0]} did not start: {problem.strerror}")
    except BaseException as problem:
        _exit(OUR_FAULT, f"{program.argv[0]} did not start: {problem}")
    os._exit(OUR_FAULT)


def _become(program: Program, *, foreground: bool) -> None:
    os.setpgid(0, 0)  # a group of its own: `kill 0` in a script must not reach callwarden
    if foreground:
        terminal.to_front(os.getpid())
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    libc.prctl(libc.PR_SET_DUMPABLE, 1)
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)  # all there is to end it where there is no PID namespace
    _enter(program.cwd)
    name = program.argv[0]
    path = name if "/" in name else shutil.which(name, path=program.env.get("PATH", os.defpath))
    if path is None:
        raise FileNotFoundError(name)
    os.execve(path, program.argv, program.env)  # noqa: S606


def _enter(folder: str) -> None:
    try:
        os.chdir(folder)
    except OSError as problem:
        _exit(OUR_FAULT, f"the folder {folder} is not there for the program: {problem.strerror}")


def _exit(status: int, reason: str) -> None:
    sys.stderr.write(f"callwarden: {reason}\n")
    sys.stderr.flush()
    os._exit(status)


class _Init:
    """Reaps whatever is orphaned here and ends with the program."""

    def __init__(self, to_supervisor: socket.socket, program: int) -> None:
        self._supervisor = to_supervisor
        self._program = program
        self._wake, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)

    def run(self) -> None:
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        poll.register(self._supervisor, select.POLLIN)
        self._reap()
        while True:
            for descriptor, _events in poll.poll():
                if descriptor == self._wake:
                    os.read(self._wake, 4096)
                else:
                    self._order()
            self._reap()

    def _order(self) -> None:
        message, _ = channel.receive(self._supervisor)
        if message is None:  # nobody supervises any more
            self._end(OUR_FAULT)
            return
        with suppress(ProcessLookupError):
            os.killpg(self._program, int(message["signal"]))

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
                if pid == 0:
                    return
                if pid == self._program:
                    self._changed(status)

    def _changed(self, status: int) -> None:
        if os.WIFSTOPPED(status):
            channel.send(self._supervisor, {"event": "stopped", "signal": os.WSTOPSIG(status)})
            return
        code = os.waitstatus_to_exitcode(status)
        self._end(code if code >= 0 else 128 - code)

    def _end(self, status: int) -> None:
        channel.send(self._supervisor, {"event": "ended", "status": status})
        if os.getpid() != 1:
            _kill_the_rest()
        os._exit(status)


def _kill_the_rest() -> None:
    """Without a PID namespace: kills every descendant (orphans come to this process, it is their subreaper)."""
    with suppress(ChildProcessError):
        while True:
            for child in _children():
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            os.waitpid(-1, 0)


def _children() -> list[int]:
    with open(f"/proc/self/task/{os.getpid()}/children") as listing:  # noqa: PTH123 - procfs
        return [int(pid) for pid in listing.read().split()]
