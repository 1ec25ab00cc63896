"""Following links below a root: never out of it, never for ever, never with an error."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from callwarden.facts import links


def test_a_link_is_followed_below_the_root(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "up").symlink_to("../../../etc")
    (tmp_path / "abs").symlink_to("/etc/x")
    assert links.resolve("/up/shadow", str(tmp_path)) == ("/etc/shadow", True)
    assert links.resolve("/abs", str(tmp_path)) == ("/etc/x", True)


def test_a_loop_ends_and_is_not_resolved(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("/b")
    (tmp_path / "b").symlink_to("/a")
    _, resolved = links.resolve("/a/x", str(tmp_path))
    assert not resolved


def test_what_is_not_there_stands_as_it_is(tmp_path: Path) -> None:
    assert links.resolve("/new/file", str(tmp_path)) == ("/new/file", True)


def test_a_path_that_no_system_call_takes_is_not_resolved(tmp_path: Path) -> None:
    assert links.resolve("/a\0b", str(tmp_path)) == ("/a\0b", False)
    assert links.resolve("/" + "x" * 300, str(tmp_path))[1] is False


@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    path, _ = links.resolve("/" + text, "/nonexistent")
    assert path.startswith("/")
