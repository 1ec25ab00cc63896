"""Makes the jail: this process forks one that enters the namespaces, which forks pid 1 of the jail.

Two forks because a PID namespace begins with the next child. The one between waits for pid 1 and does nothing else.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable

from callwarden.sandbox import channel, init, libc, namespaces
from callwarden.sandbox.jail import Jail

OUR_FAULT = 125
NAMESERVER = "127.0.0.53"


def start(jail: Jail, scratch: str, sockets: list[str]) -> tuple[int, socket.socket]:
    """Returns the waiting process's id and the channel to the jail. Sent over it: `listeners`, `filtered`, …"""
    ours, theirs = channel.pair()
    supervisor = os.getpid()
    child = os.fork()
    if child:
        theirs.close()
        return child, ours
    _guarded(theirs, lambda: _between(theirs, supervisor, jail, scratch, sockets))
    os._exit(OUR_FAULT)


def _between(to_supervisor: socket.socket, supervisor: int, jail: Jail, scratch: str, sockets: list[str]) -> None:
    _keep_only(to_supervisor.fileno())
    _quiet()
    die_with(supervisor)
    if jail.namespaces:
        namespaces.enter()
        die_with(supervisor)  # a change of credentials clears it
        _listeners(to_supervisor, jail)
    first = os.fork()
    if first == 0:
        _guarded(to_supervisor, lambda: init.main(to_supervisor, jail, scratch, sockets))
        os._exit(OUR_FAULT)
    to_supervisor.close()
    os._exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) & 0xFF)


def _listeners(to_supervisor: socket.socket, jail: Jail) -> None:
    namespaces.loopback()
    listener = namespaces.egress_listener(jail.proxy_port)
    dns = namespaces.resolver(NAMESERVER)
    port = listener.getsockname()[1]
    channel.send(to_supervisor, {"event": "listeners", "port": port}, [listener.fileno(), dns.fileno()])
    listener.close()
    dns.close()


def die_with(parent: int) -> None:
    """SIGKILL for this process when `parent` ends, which it may have done before this line."""
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(OUR_FAULT)


def _keep_only(descriptor: int) -> None:
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, 1 << 30)  # one call: close_range(2)


def _quiet() -> None:
    """Signals from the terminal are for the program; these processes end when it does."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP, signal.SIGTTOU):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _guarded(to_supervisor: socket.socket, body: Callable[[], None]) -> None:
    try:
        body()
    except BaseException as problem:
        channel.send(to_supervisor, {"event": "failed", "reason": f"{type(problem).__name__}: {problem}"})
