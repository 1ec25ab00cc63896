"""`python -m callwarden.sandbox.probes NAME`: tries one thing that the process door needs; status 0 when it works.

Run as a process of its own, since each leaves the process changed. The reason is the last line of stderr.
"""

from __future__ import annotations

import errno
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


def main(name: str) -> int:
    threading.excepthook = lambda _: None
    try:
        PROBES[name]()
    except (OSError, DoorError) as problem:
        sys.stderr.write(f"{getattr(problem, 'strerror', None) or problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
