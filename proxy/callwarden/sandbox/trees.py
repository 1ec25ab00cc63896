"""Mount trees as descriptors (Linux 5.12): cloned before a folder is covered, put back on top afterwards."""

from __future__ import annotations

import os
import struct

from callwarden.sandbox import libc

_CLONE, _RECURSIVE = 1, 0x8000
_MOVE_FROM_DESCRIPTOR = 0x4
READONLY, NOSUID, NODEV = 0x1, 0x2, 0x4


def clone(path: str) -> int:
    """A copy of what is mounted at and below `path`, still attached to nothing."""
    return libc.syscall("open_tree", libc.AT_FDCWD, os.fsencode(path), _CLONE | _RECURSIVE | os.O_CLOEXEC)


def attach(tree: int, path: str) -> None:
    """Mounts a cloned tree on `path` and closes the descriptor."""
    try:
        libc.syscall("move_mount", tree, b"", libc.AT_FDCWD, os.fsencode(path), _MOVE_FROM_DESCRIPTOR)
    finally:
        os.close(tree)


def restrict(tree: int, attributes: int) -> None:
    """Adds attributes to every mount of a cloned tree."""
    _set(tree, b"", libc.AT_EMPTY_PATH, attributes)


def restrict_path(path: str, attributes: int) -> None:
    _set(libc.AT_FDCWD, os.fsencode(path), 0, attributes)


def _set(base: int, path: bytes, flags: int, attributes: int) -> None:
    wanted = struct.pack("=4Q", attributes, 0, 0, 0)  # struct mount_attr: set, clear, propagation, userns_fd
    libc.syscall("mount_setattr", base, path, flags | _RECURSIVE, wanted, len(wanted))


def over(path: str, attributes: int) -> None:
    """Mounts `path` over itself with more attributes: a folder that is read-only from here on."""
    tree = clone(path)
    restrict(tree, attributes)
    attach(tree, path)
