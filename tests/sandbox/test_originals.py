"""Copies of the system's programs, under names of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from callwarden.sandbox import originals
from callwarden.sandbox.image import Image
from callwarden.sandbox.originals import Originals


@pytest.fixture
def system(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "tool").write_bytes(b"the tool" * 300_000)
    (folder / "other").write_bytes(b"no other" * 300_000)
    return folder


@pytest.fixture
def known(system: Path) -> Originals:
    return Originals((str(system), str(system / "missing")), (str(system),))


@pytest.fixture
def opened() -> Iterator[list[int]]:
    handles: list[int] = []
    yield handles
    for handle in handles:
        os.close(handle)


def image(path: Path, opened: list[int]) -> Image:
    path.chmod(0o755)
    opened.append(os.open(path, os.O_PATH))
    return Image.of(opened[-1])


def test_a_copy_is_what_it_was_copied_from(known: Originals, system: Path, tmp_path: Path, opened: list[int]) -> None:
    copy = Path(shutil.copy(system / "tool", tmp_path / "notes"))
    assert known.name(image(copy, opened)) == known.name(image(copy, opened)) == str(system / "tool")


def test_another_file_of_the_same_size_is_itself(known: Originals, tmp_path: Path, opened: list[int]) -> None:
    own = tmp_path / "own"
    own.write_bytes(b"the tool" * 299_999 + b"my tool!")
    assert known.name(image(own, opened)) == str(own)


def test_a_copy_that_is_changed_in_place_is_looked_at_again(
    known: Originals, system: Path, tmp_path: Path, opened: list[int]
) -> None:
    own = tmp_path / "own"
    own.write_bytes(b"x" * 2_400_000)
    assert known.name(image(own, opened)) == str(own)
    own.write_bytes((system / "other").read_bytes())
    assert known.name(image(own, opened)) == str(system / "other")


def test_what_is_installed_later_is_known(known: Originals, system: Path, tmp_path: Path, opened: list[int]) -> None:
    own = tmp_path / "own"
    own.write_bytes(b"later")
    assert known.name(image(own, opened)) == str(own)
    shutil.copy(own, system / "later")
    os.utime(system, ns=(1, 1))
    assert known.name(image(own, opened)) == str(system / "later")


def test_what_is_remembered_is_bounded(
    known: Originals, tmp_path: Path, opened: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(originals, "KEPT", 2)
    for name in "abcd":
        (tmp_path / name).write_text(name)
        assert known.name(image(tmp_path / name, opened)) == str(tmp_path / name)
