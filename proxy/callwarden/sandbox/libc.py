"""System calls that Python does not have, each raising `OSError` with its name. Linux, x86_64 and aarch64."""

from __future__ import annotations

import ctypes
import os
import platform

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long
_LIBC.ptrace.restype = ctypes.c_long

MACHINE = platform.machine()

# (x86_64, aarch64); from 424 on the numbers are the same everywhere (include/uapi/asm-generic/unistd.h).
_NUMBERS: dict[str, tuple[int, int]] = {
    "execve": (59, 221),
    "capset": (126, 91),
    "seccomp": (317, 277),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "openat2": (437, 437),
    "pidfd_getfd": (438, 438),
    "mount_setattr": (442, 442),
    "landlock_create_ruleset": (444, 444),
}
_COLUMN = {"x86_64": 0, "aarch64": 1}

CLONE_NEWNS = 0x0002_0000
CLONE_NEWIPC = 0x0800_0000
CLONE_NEWUSER = 0x1000_0000
CLONE_NEWPID = 0x2000_0000
CLONE_NEWNET = 0x4000_0000

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

AT_FDCWD = -100
AT_EMPTY_PATH = 0x1000

Argument = int | bytes | ctypes.Array[ctypes.c_char] | None


def supported() -> bool:
    """Whether the tables here and in `seccomp` know this machine."""
    return MACHINE in _COLUMN


def number(name: str) -> int:
    if MACHINE not in _COLUMN:
        raise OSError(38, f"{name}: not supported on {MACHINE}")
    return _NUMBERS[name][_COLUMN[MACHINE]]


def syscall(name: str, *arguments: Argument) -> int:
    result: int = _LIBC.syscall(number(name), *map(_wide, arguments))
    return _checked(result, name)


def prctl(option: int, value: int = 0) -> int:
    result: int = _LIBC.prctl(option, *map(_wide, (value, 0, 0, 0)))
    return _checked(result, f"prctl {option}")


def unshare(flags: int) -> None:
    _checked(_LIBC.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str, flags: int = 0, data: str = "") -> None:
    text = [item.encode() if item else None for item in (source, target, kind, data)]
    _checked(_LIBC.mount(text[0], text[1], text[2], ctypes.c_ulong(flags), text[3]), f"mount {kind} on {target}")


def ptrace(request: int, pid: int, address: int = 0, data: int = 0) -> int:
    result: int = _LIBC.ptrace(request, pid, ctypes.c_void_p(address), ctypes.c_void_p(data))
    return _checked(result, f"ptrace {request:#x}")


def ptrace_message(request: int, pid: int) -> int:
    """PTRACE_GETEVENTMSG: the unsigned long that belongs to the event a tracee stopped for."""
    value = ctypes.c_ulong()
    _checked(_LIBC.ptrace(request, pid, None, ctypes.byref(value)), "ptrace message")
    return value.value


def _wide(argument: Argument) -> object:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument


def _checked(result: int, what: str) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return result
