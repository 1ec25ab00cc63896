"""Which file an exec would run: the path resolved as the process itself would, in its own root and folder."""

from __future__ import annotations

import errno
import os
import re
import stat
import struct
from dataclasses import dataclass
from typing import Self

from callwarden.sandbox import libc, shebang

AT_SYMLINK_NOFOLLOW = 0x100
_RESOLVE_NO_MAGICLINKS, _RESOLVE_IN_ROOT = 0x02, 0x10
_MAX_INTERPRETERS = 5  # as in fs/exec.c, exec_binprm
_SELF_EXE = re.compile(rb"/+proc/+(self|thread-self)/+exe")
_SELF_DESCRIPTOR = re.compile(rb"(?:/+proc/+self|/+dev)/+fd/+([0-9]{1,9})")


class Unknowable(Exception):
    """The file can't be named, so it can't be judged."""


@dataclass
class Image:
    """An open handle on the file (O_PATH), its name and identity."""

    handle: int
    name: str
    identity: tuple[int, int]

    @classmethod
    def of(cls, handle: int) -> Self:
        """Raises `OSError` where the kernel would refuse it, `Unknowable` where it has no name."""
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or not status.st_mode & 0o111:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        name = os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115 - a magic link
        if status.st_nlink == 0 or not name.startswith("/") or name.startswith("/memfd:"):
            raise Unknowable("the program is not a file on disk (memory or deleted)")
        if not name.isprintable():
            raise Unknowable("the program's path has unprintable characters")
        return cls(handle, name, (status.st_dev, status.st_ino))

    def head(self) -> bytes:
        try:
            content = os.open(f"/proc/self/fd/{self.handle}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            raise Unknowable("the program's file can't be read") from None
        try:
            return os.pread(content, shebang.HEAD, 0)
        finally:
            os.close(content)

    def close(self) -> None:
        os.close(self.handle)


def opened(tid: int, folder: int, path: bytes, flags: int) -> Image:
    """The file that `execveat(folder, path, flags)` of thread `tid` means."""
    handle = _open(tid, folder, path, flags)
    try:
        return Image.of(handle)
    except BaseException:
        os.close(handle)
        raise


def interpreted(tid: int, image: Image, filename: bytes, argv: list[bytes]) -> tuple[Image, list[bytes]]:
    """The image and arguments after `#!` lines were followed, as the kernel rewrites them. Takes over `image`."""
    current, name = image, filename
    try:
        for _ in range(_MAX_INTERPRETERS):
            line = shebang.read(current.head())
            if line is None:
                return current, argv
            middle = [] if line.argument is None else [line.argument]
            argv, name = [line.interpreter, *middle, name, *argv[1:]], line.interpreter
            following = opened(tid, libc.AT_FDCWD, name, 0)
            current.close()
            current = following
    except BaseException:
        current.close()
        raise
    current.close()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def filename(folder: int, path: bytes) -> bytes:
    """What the kernel calls the file, which is what a script's interpreter is told to open."""
    if folder == libc.AT_FDCWD or path.startswith(b"/"):
        return path
    return b"/dev/fd/%d/%s" % (folder, path) if path else b"/dev/fd/%d" % folder


def _open(tid: int, folder: int, path: bytes, flags: int) -> int:
    if not path:
        if not flags & libc.AT_EMPTY_PATH:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return _magic(tid, f"fd/{folder}" if folder >= 0 else "cwd")
    if _SELF_EXE.fullmatch(path):
        return _magic(tid, "exe")
    if descriptor := _SELF_DESCRIPTOR.fullmatch(path):
        return _magic(tid, f"fd/{descriptor[1].decode()}")
    return _in_root(tid, _absolute(tid, folder, path), nofollow=bool(flags & AT_SYMLINK_NOFOLLOW))


def _absolute(tid: int, folder: int, path: bytes) -> bytes:
    if path.startswith(b"/"):
        return path
    link = "cwd" if folder == libc.AT_FDCWD else f"fd/{folder}"
    base = os.readlink(f"/proc/{tid}/{link}")  # noqa: PTH115 - a magic link
    return os.fsencode(base) + b"/" + path


def _magic(tid: int, link: str) -> int:
    try:
        return os.open(f"/proc/{tid}/{link}", os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF)) from None


def _in_root(tid: int, path: bytes, *, nofollow: bool) -> int:
    root = os.open(f"/proc/{tid}/root", os.O_PATH | os.O_CLOEXEC)
    flags = os.O_PATH | os.O_CLOEXEC | (os.O_NOFOLLOW if nofollow else 0)
    how = struct.pack("=3Q", flags, 0, _RESOLVE_IN_ROOT | _RESOLVE_NO_MAGICLINKS)  # struct open_how
    try:
        return libc.syscall("openat2", root, path, how, len(how))
    finally:
        os.close(root)
