"""The host's Unix sockets that have a path: each is a door out of the jail to a program outside."""

from __future__ import annotations

from pathlib import Path

from callwarden.sandbox.mounts import PRIVATE


def listening() -> list[str]:
    """Paths bound in this network namespace, but for those in folders that the jail does not see anyway."""
    return parse(Path("/proc/net/unix").read_text(errors="surrogateescape"))


def parse(table: str) -> list[str]:
    """Pure. Columns: Num RefCount Protocol Flags Type St Inode Path; an abstract name starts with @."""
    rows = (row.split(maxsplit=7) for row in table.splitlines()[1:])
    paths = {row[7] for row in rows if len(row) == 8 and row[7].startswith("/")}
    return sorted(path for path in paths if not any(path.startswith(f"{folder}/") for folder in PRIVATE))
