"""Protected paths that are not there yet, and links on the way to them."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest

from callwarden.errors import DoorError
from callwarden.sandbox import placeholders
from callwarden.sandbox.jail import Jail
from callwarden.sandbox.testing import ran


def test_what_is_missing_can_not_be_made_by_the_program(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    layer, own = work / ".callwarden", tmp_path / ".config/callwarden"
    done = ran(
        [
            "sh",
            "-c",
            f"echo x > {layer}/data.yaml; echo x > {own}/data.yaml; mv {own.parent} {tmp_path}/aside; rmdir {layer}",
        ],
        work,
        jail=Jail(str(work), str(tmp_path), masked=[str(own)], readonly=[str(layer)]),
    )
    assert done.err.count("cannot create") == 2
    assert "cannot move" in done.err
    assert not layer.exists()  # nothing was there, and nothing is left
    assert not own.parent.exists()


def test_a_folder_on_the_way_to_what_is_masked_stays_in_var_tmp_too(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        data = Path(folder, "deep/data")
        data.mkdir(parents=True)
        command = f"mv {folder}/deep {folder}/aside; mv {folder} {folder}-aside"
        done = ran(["sh", "-c", command], tmp_path, jail=Jail(str(tmp_path), str(tmp_path), masked=[str(data)]))
        assert done.err.count("cannot move") == 2
        assert data.exists()


def test_a_link_on_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(DoorError, match="is a link"):
        placeholders.put(Jail(str(tmp_path), str(tmp_path), masked=[str(tmp_path / "link/callwarden")]))


def test_what_the_program_can_not_write_to_is_left_alone(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    assert placeholders.put(Jail(str(work), str(work), masked=["/no/such/folder", str(work)])) == []


def test_a_file_is_stood_in_for_by_a_file_and_goes_unless_a_person_wrote_it(tmp_path: Path) -> None:
    names = [str(tmp_path / name) for name in (".rc", ".other")]
    jail = Jail(str(tmp_path / "w"), str(tmp_path), readonly=names, standins=dict.fromkeys(names, "# none\n"))
    made = placeholders.put(jail)
    assert [path.read_text() for path in made] == ["# none\n"] * 2
    (tmp_path / ".other").write_text("mine\n")
    placeholders.remove(made, jail)
    assert [path.name for path in tmp_path.iterdir()] == [".other"]


def test_a_home_that_is_not_there_needs_no_protection(tmp_path: Path) -> None:
    home = tmp_path / "nowhere"
    jail = Jail(str(tmp_path), str(home), readonly=[str(home / ".rc")], standins={str(home / ".rc"): ""})
    assert placeholders.put(jail) == []


def test_what_can_not_be_kept_from_being_made_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, **_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "touch", full)
    jail = Jail(
        str(tmp_path / "w"), str(tmp_path), readonly=[str(tmp_path / "rc")], standins={str(tmp_path / "rc"): ""}
    )
    with pytest.raises(DoorError, match="kept from being made"):
        placeholders.put(jail)
