"""`python -m callwarden.sandbox.probes NAME …`: tries what the process door needs, each thing in a child of its own.

All at once, since each leaves its process changed and some take a while. Prints why each does not work as one JSON
object; the reason is empty where it works.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable

from callwarden.errors import DoorError
from callwarden.sandbox import libc, namespaces, notify, seccomp
from callwarden.sandbox.door import ProcessDoor
from callwarden.sandbox.jail import Jail
from callwarden.sandbox.verify import EXITKILL, SEIZE, TRACEEXEC


def user_namespace() -> None:
    namespaces.enter()
    namespaces.loopback()


def jail() -> None:
    """The whole view with its own /proc; fails where a container hides parts of /proc from its own processes."""
    gate, ours = socket.socketpair()
    with tempfile.TemporaryDirectory() as folder, ours:
        door = ProcessDoor(gate, Jail(folder, folder, exec_door=False), quiet=True)
        try:
            listeners = door.prepare()
            if listeners is None:
                raise DoorError("no listeners")
        finally:
            door.close()


def seccomp_notify() -> None:
    """A filter with a listener, whose notification is received and answered. Linux 5.19 has all its flags."""
    namespaces.no_new_privileges()
    try:
        listener = seccomp.install(notify=True)
    except OSError as problem:
        if problem.errno == errno.EINVAL:
            raise OSError(errno.EINVAL, f"Linux {os.uname().release} is older than 5.19") from None
        raise
    if listener is None:
        raise OSError(errno.ENOSYS, "no listener")
    child = os.fork()
    if child == 0:
        try:
            os.execv("/", ["/"])  # noqa: S606
        except OSError as problem:
            os._exit(0 if problem.errno == errno.EDOM else 1)
    waiting = notify.receive(listener)
    if waiting is None or not notify.fail(listener, waiting.id, errno.EDOM):
        raise OSError(errno.ENOSYS, "the notification did not come")
    if os.waitpid(child, 0)[1]:
        raise OSError(errno.ENOSYS, "the answer did not arrive")


def ptrace() -> None:
    _with_child(lambda child: libc.ptrace(SEIZE, child, 0, TRACEEXEC | EXITKILL))
    _with_child(lambda child: os.close(os.open(f"/proc/{child}/mem", os.O_RDONLY)))


def descriptors() -> None:
    def take(child: int) -> None:
        process = os.pidfd_open(child)
        os.close(libc.syscall("pidfd_getfd", process, 2, 0))

    _with_child(take)


def _with_child(look: Callable[[int], object]) -> None:
    child = os.fork()
    if child == 0:
        signal.pause()
        os._exit(0)
    try:
        look(child)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


PROBES: dict[str, Callable[[], None]] = {
    probe.__name__: probe for probe in (user_namespace, jail, seccomp_notify, ptrace, descriptors)
}


def main(names: list[str]) -> int:
    threading.excepthook = lambda _: None
    begun = {name: _begun(name) for name in names}
    json.dump({name: _ended(*process) for name, process in begun.items()}, sys.stdout)
    return 0


def _begun(name: str) -> tuple[int, int]:
    """The child that tries it, and where its reason will be read."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return child, read
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        PROBES[name]()
    except Exception as problem:
        os.write(write, (getattr(problem, "strerror", None) or str(problem) or type(problem).__name__).encode())
        os._exit(1)
    os._exit(0)


def _ended(child: int, read: int) -> str:
    """Why it does not work; empty when it does."""
    with os.fdopen(read, errors="replace") as reason:
        said = reason.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return said or (f"ended with status {status}" if status else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
