"""What a machine can enforce is found by trying, and a machine that can't says so by name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from callwarden.sandbox import libc, platform, surroundings
from callwarden.sandbox.platform import EXEC, NAMESPACES, Feature, missing, probe, setuid_programs
from callwarden.sandbox.testing import ran


def test_every_feature_says_what_it_is_for_and_what_is_lost_without() -> None:
    features = probe()
    assert {feature.door for feature in features} == {NAMESPACES, EXEC, ""}
    for feature in features:
        assert feature.reason
        assert bool(feature.without) == (not feature.available and feature.door != "")


def test_where_the_kernel_refuses_the_reason_is_found(tmp_path: Path) -> None:
    """A jail is itself such a place: no user namespace, no listener."""
    source = """if True:
        from callwarden.sandbox.platform import probe
        for feature in probe():
            print(feature.name, feature.available, feature.reason)
    """
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(platform.__file__).parents[2])}
    done = ran([sys.executable, "-P", "-c", source], tmp_path, env=env)
    seen = {line.split()[0]: line.split(maxsplit=2)[1:] for line in done.out.splitlines()}
    assert seen["user_namespace"][0] == "False"
    assert "Operation not permitted" in seen["user_namespace"][1]
    assert seen["jail"][0] == "False"
    assert seen["seccomp_notify"][0] == "False"
    assert seen["ptrace"][0] == "True"


def test_another_machine_has_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libc, "MACHINE", "riscv64")
    features = probe()
    assert not any(feature.available for feature in features)
    assert missing(features, NAMESPACES)
    assert missing(features, EXEC)
    assert "riscv64" in features[0].reason


def test_what_stands_in_the_way_of_a_door() -> None:
    there, gone = Feature("a", EXEC, True, "works"), Feature("b", EXEC, False, "no", "unseen")
    assert missing([there, gone, Feature("c", NAMESPACES, False, "no", "x")], EXEC) == [gone]


def test_programs_that_gain_privilege_are_listed(tmp_path: Path) -> None:
    for name, mode in (("sudo", 0o4755), ("plain", 0o755), ("data", 0o4644)):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(mode)
    assert setuid_programs(f"{tmp_path}:/no/such/folder") == [str(tmp_path / "sudo")]


@pytest.mark.parametrize(
    ("file", "place"),
    [(".dockerenv", "docker"), ("run/.containerenv", "podman"), ("var/run/secrets/kubernetes.io", "kubernetes")],
)
def test_a_place_is_known_by_its_marks(tmp_path: Path, file: str, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    assert surroundings.place(tmp_path) == "linux"
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).touch()
    assert surroundings.place(tmp_path) == place


def test_wsl_is_known_by_its_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/version").write_text("Linux version 5.15.167.4-microsoft-standard-WSL2")
    assert surroundings.place(tmp_path) == "wsl"


def test_a_cgroup_is_reported_as_delegated_or_not(tmp_path: Path) -> None:
    assert surroundings.cgroups(tmp_path)[1] is False
    table = tmp_path / "cgroup"
    table.write_text("4:cpu:/x\n0::/user.slice/a\n")
    assert surroundings.own_cgroup(table) == "user.slice/a"
