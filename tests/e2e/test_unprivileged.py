"""All of it for an ordinary user, which is who it is made for."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from callwarden.engine import build
from callwarden.launch import interpreter
from callwarden.launch.testing import SOURCE, Runner

if TYPE_CHECKING:
    from callwarden.egress.origin import Origin

USER = "65533"  # nobody in particular
AS_USER = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups")
PYTHON = "/usr/bin/python3"


def _environment(folder: Path) -> str:
    """A Python that the user can run, and that finds what is installed here: only root may look into root's home."""
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60)
    (found,) = folder.glob("lib/python3*/site-packages")
    (found / "here.pth").write_text(f"{SOURCE}\n{Path(pytest.__file__).parents[1]}\n")
    return str(folder / "bin" / "python")


def _usable(python: str) -> bool:
    code = "import sys, mitmproxy, callwarden.launch.launch; sys.exit(sys.version_info < (3, 11))"
    tried = [*AS_USER, python, "-W", "ignore", "-c", code]
    return subprocess.run(tried, check=False, capture_output=True, cwd="/").returncode == 0


@pytest.fixture
def runner() -> Iterator[Runner]:
    """In a folder of the user's own, with the bridge that was built."""
    if os.geteuid() != 0 or not shutil.which("setpriv") or not Path(PYTHON).exists():
        pytest.skip("needs root, to become another user, and a system's own python3")
    with tempfile.TemporaryDirectory(prefix="callwarden-test-", dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        python = _environment(Path(name, "venv"))
        if not _usable(python):
            pytest.skip(f"{PYTHON} can't use what is installed here")
        made = Runner(Path(name), wrapper=AS_USER, python=python)
        made.environment |= {"PATH": interpreter.path(), "XDG_CACHE_HOME": f"{name}/cache"}
        library = build.library()
        there = Path(name, "cache", "callwarden", library.parent.name)
        there.mkdir(mode=0o700, parents=True)
        shutil.copy(library, there)
        yield made
        made.close()


def test_a_client_works_and_is_refused_and_a_tunnel_is_stopped(runner: Runner, origin: Origin) -> None:
    trust = shutil.copy(origin.trust, runner.root / "trust.pem")
    runner.environment["SSL_CERT_FILE"] = str(trust)
    urls = f"{origin.url('/hello.txt')} {origin.url('/hello.txt', 'denied.localhost')}"
    runner.write("work.sh", f"id -u; curl -sS {urls}; exec ssh -N -R 2222:localhost:22 demo@bastion.example.org\n")
    for path in (runner.root, *runner.root.rglob("*")):
        os.chown(path, int(USER), int(USER), follow_symlinks=False)
    status, out, err = runner.run("sh", "work.sh")
    assert out.startswith(f"{USER}\nhello from the origin\n"), err
    assert '"rule": "egress.own_machine"' in out
    assert status in {126, 127}
    assert "tunnel." in err or shutil.which("ssh") is None
    assert runner.data.stat().st_uid == int(USER)
