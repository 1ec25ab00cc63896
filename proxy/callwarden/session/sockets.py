"""Which process holds a connected socket, as the kernel says. The one part of attribution that looks at a machine.

A client's source port is looked up in the socket table of the network namespace it lives in, which gives the socket's
inode (`proc_pid_net(5)`); the process that has it open is the one that sends. Everything that is gone, unreadable or
ambiguous is 0: the connection is then judged without knowing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
ESTABLISHED = "01"
DEPTH = 64  # parents that are looked at; a jail's processes hang close together


def holder(port: int, near: int) -> int:
    """The pid of the process whose TCP socket has this local port, in the network namespace of process `near`."""
    if not near or not (inode := _inode(port, near)):
        return 0
    wanted = f"socket:[{inode}]"
    holders = [pid for pid in _neighbours(near) if wanted in _descriptors(pid)]
    # A socket that was inherited has several holders; the youngest is the one that was started to use it.
    return max(holders, key=_age, default=0)


def parents(pid: int) -> Iterator[int]:
    """A process and those it comes from, nearest first, for as long as they live."""
    for _ in range(DEPTH):
        if pid <= 1:
            return
        yield pid
        pid = _field(pid, 4)


def _inode(port: int, near: int) -> str:
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for row in (PROC / str(near) / "net" / table).read_text().splitlines()[1:]:
                fields = row.split()
                if fields[3] == ESTABLISHED and int(fields[1].rpartition(":")[2], 16) == port:
                    return fields[9]
    return ""


def _neighbours(near: int) -> Iterator[int]:
    """Processes of the same network namespace."""
    namespace = _namespace(near)
    for entry in PROC.iterdir():
        if entry.name.isdigit() and namespace and _namespace(int(entry.name)) == namespace:
            yield int(entry.name)


def _namespace(pid: int) -> str:
    with suppress(OSError):
        return str((PROC / str(pid) / "ns" / "net").readlink())
    return ""


def _descriptors(pid: int) -> set[str]:
    found: set[str] = set()
    with suppress(OSError):
        for entry in (PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                found.add(str(entry.readlink()))
    return found


def _age(pid: int) -> int:
    """When it was started, in ticks since boot: the greater, the younger."""
    return _field(pid, 22)


def _field(pid: int, number: int) -> int:
    """A field of `/proc/PID/stat` by its number in proc_pid_stat(5), from 3 up."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
        return int(text[text.rindex(")") + 1 :].split()[number - 3])
    except (OSError, ValueError, IndexError):
        return 0
