"""The bridge library as Python sees it: bytes in, bytes or `Refused` out.

A call lets go of the interpreter lock while it runs. Go's runtime does not survive a fork, so the library belongs to
the process that loaded it, and says so in any other.
"""

from __future__ import annotations

import ctypes
import functools
import os
from ctypes import POINTER, byref, c_char_p, c_int, c_int64, c_size_t, c_uint64, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from callwarden.engine import build
from callwarden.errors import EngineError, EngineMissing


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where in the bundle; `line` is 0 where no place is known."""

    code: str
    message: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.file else self.message


class Refused(Exception):
    """The bridge gave errors instead of a result; always at least one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class Bridge:
    """The library, loaded. Every function may be called from any thread of this process."""

    def __init__(self, path: Path) -> None:
        self._pid = os.getpid()
        self._library = _loaded(path)

    def version(self) -> dict[str, str]:
        """`{"opa": "1.22.2", "go": "go1.26.0"}`."""
        found: dict[str, str] = orjson.loads(self._call("version"))
        return found

    def load(self, bundle: bytes) -> int:
        handle: int = orjson.loads(self._call("load", bundle, len(bundle)))["handle"]
        return handle

    def evaluate(self, handle: int, document: bytes, milliseconds: int) -> bytes:
        return self._call("evaluate", handle, document, len(document), milliseconds)

    def check(self, bundle: bytes) -> None:
        self._call("check", bundle, len(bundle))

    def test(self, bundle: bytes, pattern: str, coverage: bool) -> Any:
        return orjson.loads(self._call("test", bundle, len(bundle), pattern.encode(), int(coverage)))

    def release(self, handle: int) -> None:
        if os.getpid() == self._pid:
            self._library.callwarden_release(handle)

    def _call(self, name: str, *given: object) -> bytes:
        if os.getpid() != self._pid:
            raise EngineError(
                "this process was forked from the one that loaded the engine, and Go does not survive a fork",
                help="Spawn the process instead, or let it ask the gate over its socket.",
            )
        out, size = c_void_p(), c_size_t()
        status = getattr(self._library, f"callwarden_{name}")(*given, byref(out), byref(size))
        try:
            text = ctypes.string_at(out, size.value)
        finally:
            self._library.callwarden_free(out)
        if status:
            raise Refused([_problem(each) for each in orjson.loads(text)["errors"]])
        return text


@functools.cache
def bridge() -> Bridge:
    """The library of this process. Raises `EngineMissing` where there is none and none can be built."""
    return Bridge(library())


def library() -> Path:
    """The library file: packed into the package, built before, or built now from a checkout."""
    try:
        return build.library()
    except build.Unbuildable as reason:
        raise EngineMissing(
            f"the embedded engine can't be had here: {reason}",
            help="Install callwarden from a wheel, or put Go and a C compiler on PATH, or use `--engine opa`.",
        ) from reason


def _loaded(path: Path) -> ctypes.CDLL:
    try:
        found = ctypes.CDLL(str(path))
    except OSError as error:
        raise EngineMissing(f"the embedded engine does not load: {error}", help="Use `--engine opa`.") from error
    text, out = (c_char_p, c_size_t), (POINTER(c_void_p), POINTER(c_size_t))
    shapes: dict[str, tuple[Any, ...]] = {
        "version": out,
        "load": (*text, *out),
        "evaluate": (c_uint64, *text, c_int64, *out),
        "check": (*text, *out),
        "test": (*text, c_char_p, c_int, *out),
    }
    for name, shape in shapes.items():
        function = getattr(found, f"callwarden_{name}")
        function.argtypes, function.restype = shape, c_int
    found.callwarden_release.argtypes, found.callwarden_release.restype = (c_uint64,), None
    found.callwarden_free.argtypes, found.callwarden_free.restype = (c_void_p,), None
    return found


def _problem(given: dict[str, Any]) -> Problem:
    place = given["location"]
    return Problem(code=given["code"], message=given["message"], file=place["file"], line=place["row"])
