"""The host's Unix sockets that have a path: each is a door out of the jail to a program outside.

A socket that is made after the jail is not known here; those in the folders that are private to the jail are not seen
at all, one that a program outside makes later in the home or the workspace is.
"""

from __future__ import annotations

from pathlib import Path


def bound() -> list[str]:
    """Paths bound in this network namespace."""
    return parse(Path("/proc/net/unix").read_text(errors="surrogateescape"))


def parse(table: str) -> list[str]:
    """Pure. Columns: Num RefCount Protocol Flags Type St Inode Path; an abstract name starts with @."""
    rows = (row.split(maxsplit=7) for row in table.splitlines()[1:])
    return sorted({row[7] for row in rows if len(row) == 8 and row[7].startswith("/")})
