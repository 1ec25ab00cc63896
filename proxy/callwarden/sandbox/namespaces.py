"""User, network, IPC, mount and PID namespaces without privilege, and the only ways out of them.

A network namespace keeps the sockets that were made in it wherever they are passed to: the egress worker, outside,
accepts on a listener inside, so that the jail needs neither a route nor a relay.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from pathlib import Path

from callwarden.sandbox import libc

ALL = libc.CLONE_NEWUSER | libc.CLONE_NEWNS | libc.CLONE_NEWNET | libc.CLONE_NEWIPC | libc.CLONE_NEWPID
_SIOCSIFFLAGS = 0x8914
_IFF_UP_RUNNING = 0x1 | 0x40
_CAPABILITY_VERSION_3 = 0x2008_0522
_LAST_CAPABILITY = 63  # the width of the sets; dropping one that the kernel does not know is EINVAL


def enter() -> None:
    """Moves this process into namespaces of its own (its next child into the new PID namespace), as the same user."""
    uid, gid = os.geteuid(), os.getegid()
    libc.unshare(ALL)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", _IFF_UP_RUNNING, b""))


def egress_listener(port: int) -> socket.socket:
    """Where the jail's HTTP proxy will be: `port` on loopback, or any free one where that is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    return listener


def resolver(address: str) -> socket.socket:
    dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    dns.bind((address, 53))
    return dns


def drop_privileges() -> None:
    """No capability, in no set, and none to be had again: not by being root, not by a setuid program."""
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            libc.prctl(libc.PR_CAPBSET_DROP, capability)
        except OSError:
            break
    libc.prctl(libc.PR_CAP_AMBIENT, libc.PR_CAP_AMBIENT_CLEAR_ALL)
    libc.syscall("capset", struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), struct.pack("=6I", *([0] * 6)))
    no_new_privileges()


def no_new_privileges() -> None:
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
