"""Another process's memory: our own will do, it is read by the same way."""

from __future__ import annotations

import ctypes
import mmap
import os

import pytest

from callwarden.sandbox import memory
from callwarden.sandbox.memory import PAGE, Memory, Unreadable


def address(buffer: object) -> int:
    return ctypes.addressof(buffer)  # type: ignore[arg-type]  # any ctypes instance


@pytest.fixture
def own() -> Memory:
    return Memory(os.getpid())


def test_strings_are_read_across_pages(own: Memory) -> None:
    text = bytes(range(1, 256)) * 100
    buffer = ctypes.create_string_buffer(text)
    with own as reader:
        assert reader.string(address(buffer)) == text
        assert reader.string(address(buffer) + len(text)) == b""


def test_an_array_ends_at_null_and_may_be_null(own: Memory) -> None:
    words = [f"argument {n}".encode() for n in range(2000)]
    array = (ctypes.c_char_p * (len(words) + 1))(*words, None)
    with own as reader:
        assert reader.strings(address(array)) == words
        assert reader.strings(0) == []


def test_what_is_not_there_is_unreadable(own: Memory) -> None:
    with own as reader:
        for at in (1, 1 << 62, (1 << 64) - 8):
            with pytest.raises(Unreadable):
                reader.string(at)
            with pytest.raises(Unreadable):
                reader.strings(at)


def test_a_string_that_runs_into_nothing_is_unreadable(own: Memory) -> None:
    area = mmap.mmap(-1, 2 * PAGE)
    area.write(b"x" * 2 * PAGE)
    start = address(ctypes.c_char.from_buffer(area))
    libc = ctypes.CDLL(None)
    libc.munmap(ctypes.c_void_p(start + PAGE), PAGE)
    with own as reader, pytest.raises(Unreadable):
        reader.string(start)
    libc.mmap(ctypes.c_void_p(start + PAGE), PAGE, 3, 0x32, -1, 0)  # so that the buffer can be freed as a whole


def test_too_much_is_not_judged(own: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MAX_ARGUMENTS", 3)
    monkeypatch.setattr(memory, "MAX_BYTES", 100)
    many = (ctypes.c_char_p * 2000)(*[b"x"] * 1999, None)
    long = (ctypes.c_char_p * 3)(b"x" * 60, b"y" * 9000, None)
    with own as reader:
        with pytest.raises(Unreadable, match="longer"):
            reader.strings(address(long))
        with pytest.raises(Unreadable):
            reader.strings(address(many))


def test_a_process_that_is_gone_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="can't be opened"):
        Memory((1 << 22) + 5)
