"""Reads another process's memory: the strings that a waiting exec points to."""

from __future__ import annotations

import errno
import os
import struct
from types import TracebackType

PAGE = 4096
MAX_ARGUMENTS = 65_536
MAX_BYTES = 1 << 22  # of all arguments; Linux allows 6 MiB where the stack limit does
_POINTER = 8


class Unreadable(Exception):
    """The memory can't be read, or holds more than can be judged."""


class Memory:
    """`/proc/TID/mem`, which needs the right to trace the process."""

    def __init__(self, tid: int) -> None:
        try:
            self._file = os.open(f"/proc/{tid}/mem", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as problem:
            raise Unreadable(f"its memory can't be opened: {problem.strerror}") from None

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._file)

    def string(self, address: int, limit: int = MAX_BYTES) -> bytes:
        """Up to the NUL. Reads to the end of a page at a time: the next one may not be there."""
        found = bytearray()
        while len(found) <= limit:
            piece = self._read(address + len(found), PAGE - (address + len(found)) % PAGE)
            end = piece.find(b"\0")
            if end >= 0:
                return bytes(found + piece[:end])
            found += piece
        raise Unreadable("its arguments are longer than can be judged")

    def strings(self, address: int) -> list[bytes]:
        """A NULL-terminated array of strings; a NULL array is an empty one, as for execve on Linux."""
        pointers = self._pointers(address) if address else []
        found: list[bytes] = []
        left = MAX_BYTES
        for pointer in pointers:
            found.append(self.string(pointer, left))
            left -= len(found[-1]) + 1
        return found

    def _pointers(self, address: int) -> list[int]:
        pointers: list[int] = []
        while len(pointers) < MAX_ARGUMENTS:
            at = address + _POINTER * len(pointers)
            piece = self._read(at, max(PAGE - at % PAGE, _POINTER))
            for (pointer,) in struct.iter_unpack("=Q", piece[: len(piece) // _POINTER * _POINTER]):
                if pointer == 0:
                    return pointers
                pointers.append(pointer)
        raise Unreadable("it has more arguments than can be judged")

    def _read(self, address: int, size: int) -> bytes:
        try:
            data = os.pread(self._file, size, address)
        except (OSError, OverflowError) as problem:
            raise Unreadable(f"its arguments can't be read: {problem}") from None
        if not data:
            raise Unreadable(f"its arguments can't be read: {os.strerror(errno.EFAULT)}")
        return data
