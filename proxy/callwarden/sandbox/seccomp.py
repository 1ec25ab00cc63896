"""The filter that every process in the jail runs under, as BPF; see seccomp_unotify(2) and `linux/seccomp.h`.

Exec goes to the supervisor. What would step round the jail or the supervisor is refused here and now: foreign ABIs (an
i386 exec has other numbers, so it would pass unseen), sockets that are not of this network namespace, io_uring (its
operations are no system calls), namespaces of one's own (a mount over `/usr/bin/git` would make every name a lie),
another listener, and input pushed into the person's terminal.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from callwarden.sandbox import libc
from callwarden.sandbox.bpf import Filter, equals, has_bits, low, number

AUDIT_ARCH = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
X32_BIT = 0x4000_0000

# (x86_64, aarch64)
NUMBERS = {
    "execve": (59, 221),
    "execveat": (322, 281),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "ioctl": (16, 29),
    "clone": (56, 220),
    "clone3": (435, 435),
    "unshare": (272, 97),
    "setns": (308, 268),
    "seccomp": (317, 277),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "userfaultfd": (323, 282),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265),
}
_FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK
_TERMINAL_INJECTION = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
# userfaultfd would let a process stop the kernel between reading an argument and using it; keys are the whole user's
_REFUSED = ("setns", "add_key", "request_key", "keyctl", "userfaultfd", "bpf", "perf_event_open", "open_by_handle_at")

_SET_MODE_FILTER = 1
_NEW_LISTENER = 1 << 3
_WAIT_KILLABLE_RECV = 1 << 5  # else every signal makes the waiting execve return EINTR


def program(machine: str, *, notify: bool) -> bytes:
    """The filter for one machine. Pure. With `notify`, execve and execveat ask the supervisor."""
    column = {"x86_64": 0, "aarch64": 1}[machine]

    def of(name: str) -> int:
        return NUMBERS[name][column]

    rules = Filter(AUDIT_ARCH[machine])
    if machine == "x86_64":
        rules.kill(number(at_least=X32_BIT))
    for name in ("execve", "execveat") if notify else ():
        rules.notify(number(of(name)))
    for name in ("socket", "socketpair"):
        rules.fail(errno.EAFNOSUPPORT, number(of(name)), *(equals(low(0), family, negate=True) for family in _FAMILIES))
    for name in ("io_uring_setup", "io_uring_enter", "io_uring_register", "clone3"):
        rules.fail(errno.ENOSYS, number(of(name)))  # clone3 hides its flags in memory; callers fall back to clone
    for name in ("clone", "unshare"):
        rules.fail(errno.EPERM, number(of(name)), has_bits(low(0), libc.CLONE_NEWUSER))
    rules.fail(errno.EPERM, number(of("seccomp")), has_bits(low(1), _NEW_LISTENER))
    for request in _TERMINAL_INJECTION:
        rules.fail(errno.EPERM, number(of("ioctl")), equals(low(1), request))
    for name in _REFUSED:
        rules.fail(errno.EPERM, number(of(name)))
    return rules.assembled()


def install(*, notify: bool) -> int | None:
    """Puts this process and all it will start under the filter; returns the notification descriptor."""
    code = program(libc.MACHINE, notify=notify)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer)), 16)
    flags = _NEW_LISTENER | _WAIT_KILLABLE_RECV if notify else 0
    descriptor = libc.syscall("seccomp", _SET_MODE_FILTER, flags, header)
    return descriptor if notify else None
