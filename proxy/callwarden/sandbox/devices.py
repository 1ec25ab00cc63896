"""A `/dev` of the jail's own: the harmless nodes, accelerators, and terminals of its own.

The host's `/dev` would give a program that runs as root the raw disks, and any other the person's other terminals.
"""

from __future__ import annotations

import os
from pathlib import Path

from callwarden.sandbox import libc, trees

_NODES = ("null", "zero", "full", "random", "urandom", "tty")
_ACCELERATORS = ("nvidia*", "dri", "kfd", "accel", "dxg")
_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}
_NOSUID_NOEXEC = 0x2 | 0x8


def gathered() -> dict[str, int]:
    """Clones of the nodes to keep, by name below `/dev`, taken before anything is covered."""
    names = [*_NODES, *(p.name for pattern in _ACCELERATORS for p in Path("/dev").glob(pattern))]
    return {name: trees.clone(f"/dev/{name}") for name in names if Path("/dev", name).exists()}


def build(nodes: dict[str, int]) -> None:
    libc.mount("tmpfs", "/dev", "tmpfs", _NOSUID_NOEXEC, "mode=755")
    for name, tree in nodes.items():
        place = Path("/dev", name)
        place.mkdir() if os.path.isdir(f"/proc/self/fd/{tree}") else place.touch()  # noqa: PTH112 - a magic link
        trees.attach(tree, str(place))
    for name, target in _LINKS.items():
        Path("/dev", name).symlink_to(target)
    Path("/dev/shm").mkdir()  # noqa: S108
    libc.mount("tmpfs", "/dev/shm", "tmpfs", 0x2 | 0x4, "mode=1777")  # noqa: S108
    Path("/dev/pts").mkdir()
    libc.mount("devpts", "/dev/pts", "devpts", _NOSUID_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
