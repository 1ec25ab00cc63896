"""What the jail is told to hide and to protect."""

from __future__ import annotations

from pathlib import Path

from callwarden.engine.bundle import starter
from callwarden.launch import place
from callwarden.launch.fragment import Fragment
from callwarden.launch.household import Household
from callwarden.launch.plan import Plan
from callwarden.launch.walls import jail


def plan(root: Path, **options: object) -> Plan:
    made = {"program": ("true",), "workspace": root / "w", "home": root, "data": root / "d", "user": root / "u"}
    return Plan(**{**made, **options})  # type: ignore[arg-type]


def test_log_layer_and_policies_are_masked_and_the_project_layer_is_read_only(tmp_path: Path) -> None:
    with place.made() as here:
        walls = jail(plan(tmp_path), Fragment(), here, Household())
        assert set(walls.masked) == {str(tmp_path / "d"), str(tmp_path / "u"), str(starter())}
        assert str(tmp_path / "w" / ".callwarden") in walls.readonly
        assert str(here.trust) in walls.readonly
        assert walls.gate_socket == str(here.socket)
        assert walls.namespaces
        assert walls.exec_door


def test_only_what_was_given_up_is_off(tmp_path: Path) -> None:
    with place.made() as here:
        assert not jail(plan(tmp_path, without=frozenset({"namespaces"})), Fragment(), here, Household()).namespaces
        assert not jail(plan(tmp_path, without=frozenset({"exec"})), Fragment(), here, Household()).exec_door
        walls = jail(plan(tmp_path, without=frozenset({"egress"})), Fragment(), here, Household())
        assert walls.namespaces
        assert walls.exec_door


def test_an_agents_state_is_writable_where_it_exists(tmp_path: Path) -> None:
    (tmp_path / ".there").mkdir()
    with place.made() as here:
        walls = jail(plan(tmp_path), Fragment((), (tmp_path / ".there", tmp_path / ".not")), here, Household())
    assert walls.writable == [str(tmp_path / ".there")]


def test_the_folder_of_a_run_is_ours_alone_and_goes_away() -> None:
    with place.made() as here:
        assert here.root.stat().st_mode & 0o077 == 0
        assert here.trust.is_dir()
    assert not here.root.exists()


def test_secrets_are_masked_and_start_up_files_read_only(tmp_path: Path) -> None:
    home = Household((tmp_path / ".ssh",), (tmp_path / ".rc",), {str(tmp_path / ".rc"): "# none\n"})
    with place.made() as here:
        walls = jail(plan(tmp_path), Fragment(), here, home)
    assert str(tmp_path / ".ssh") in walls.masked
    assert str(tmp_path / ".rc") in walls.readonly
    assert walls.standins == {str(tmp_path / ".rc"): "# none\n"}
