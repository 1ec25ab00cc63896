"""The same door for an ordinary user, which is what it is made for."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import callwarden
from callwarden.sandbox.jail import Jail
from callwarden.sandbox.testing import Outcome, ran

USER = 65_534 - 1  # nobody in particular
PYTHON = "/usr/bin/python3"


def _usable() -> bool:
    """Whether another user could run callwarden from here."""
    if os.geteuid() != 0 or not shutil.which(PYTHON):
        return False
    source = f"import sys; sys.path.insert(0, {str(Path(callwarden.__file__).parents[1])!r}); import callwarden.sandbox"
    code = f"{source}; sys.exit(sys.version_info < (3, 11))"
    tried = subprocess.run([PYTHON, "-I", "-c", code], user=USER, group=USER, check=False, capture_output=True)
    return tried.returncode == 0


pytestmark = pytest.mark.skipif(not _usable(), reason="needs root, to become another user, and a python3 it can run")


@pytest.fixture
def workspace() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="callwarden-test-", dir="/var/tmp"))  # pytest's own is not his to enter
    os.chown(folder, USER, USER)
    yield folder
    shutil.rmtree(folder)


def as_user(command: str, workspace: Path, judge: Any = lambda _: True, **options: Any) -> Outcome:
    jail = Jail(str(workspace), str(workspace), **options)
    env = {"PATH": "/usr/bin:/bin", "HOME": str(workspace)}
    return ran(["sh", "-c", command], workspace, judge, jail=jail, env=env, user=USER, python=PYTHON)


def test_it_judges_refuses_and_verifies(workspace: Path) -> None:
    done = as_user("id -u; /usr/bin/uname; echo $?; echo made > here", workspace, lambda c: "uname" not in c["exe"])
    assert done.out == f"{USER}\n126\n"
    assert "callwarden: refused uname: test.no" in done.err
    assert (workspace / "here").read_text() == "made\n"


def test_it_hides_and_confines(workspace: Path) -> None:
    (workspace / "keys").mkdir()
    (workspace / "keys/key").write_text("secret")
    command = "cat keys/key; mv keys other; ls -A /tmp; ls /proc | grep -c '^[0-9]'; touch /dev/shm/x /tmp/x && echo ok"
    done = as_user(command, workspace, masked=[str(workspace / "keys")])
    assert "secret" not in done.out
    assert int(done.out.splitlines()[0]) < 8
    assert done.out.endswith("ok\n")
    assert (workspace / "keys/key").read_text() == "secret"


def test_it_has_no_privilege_to_gain(workspace: Path) -> None:
    done = as_user("grep -E '^(Cap(Eff|Bnd)|NoNewPrivs)' /proc/self/status; unshare -Ur true; su -c id", workspace)
    assert done.out.split() == ["CapEff:", "0" * 16, "CapBnd:", "0" * 16, "NoNewPrivs:", "1"]
    assert "Operation not permitted" in done.err


def test_a_program_it_can_not_read_is_refused_by_name(workspace: Path) -> None:
    shutil.copy("/usr/bin/true", workspace / "closed")
    (workspace / "closed").chmod(0o711)
    done = as_user("./closed; echo $?", workspace)
    assert done.out == "126\n"
    assert "process.unnamed: the program's file can't be read" in done.err


def test_without_namespaces_execs_are_still_judged(workspace: Path) -> None:
    done = as_user("id -u; /usr/bin/uname; echo $?", workspace, lambda c: "uname" not in c["exe"], namespaces=False)
    assert done.out == f"{USER}\n126\n"
    assert "callwarden: refused uname" in done.err
