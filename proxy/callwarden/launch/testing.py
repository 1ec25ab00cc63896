"""For tests of whole runs: starts `callwarden run` in folders of its own and reads what is on record.

runner = Runner(tmp_path)
runner.allow("localhost", 8443)
status, out, err = runner.run("curl", "-sS", "https://localhost:8443/")
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

import callwarden
from callwarden.audit.reader import Reader
from callwarden.config import cache_directory
from callwarden.errors import AuditError
from callwarden.sandbox.platform import missing, probe

SOURCE = str(Path(callwarden.__file__).parents[1])


@cache
def unavailable() -> str:
    """Why no whole run can be put up here, and what to do about it; empty where one can."""
    provided = probe()
    lacking = [feature.name for door in ("namespaces", "exec") for feature in missing(provided, door)]
    if lacking:
        return f"no run can be put up on this machine ({', '.join(lacking)}); `callwarden doctor` says why"
    return "" if find_spec("mitmproxy") else "the egress door: install callwarden[egress]"


@dataclass
class Runner:
    """Runs programs behind callwarden in one workspace below `root`, with the policies in `bundle` (the starter's).

    `options` are of `callwarden run`, `environment` is the person's; `wrapper` starts callwarden, as another user.
    """

    root: Path
    bundle: Path | None = None
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    wrapper: tuple[str, ...] = ()
    python: str = sys.executable
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("workspace", "home", "home/.config"):
            (self.root / name).mkdir()

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"

    @property
    def config(self) -> Path:
        """In the home folder, where it is: a folder that the program may otherwise write."""
        return self.root / "home" / ".config"

    @property
    def data(self) -> Path:
        return self.root / "data"

    def allow(self, host: str, *ports: int) -> None:
        """A person's own layer, with this host alone."""
        layer = self.config / "callwarden"
        layer.mkdir(exist_ok=True)
        entry = {"reason": "the test needs it", "ports": list(ports)}
        (layer / "data.yaml").write_text(yaml.safe_dump({"hosts": {host: entry}}))

    def write(self, name: str, text: str, *, mode: int = 0o644) -> Path:
        """A file in the workspace."""
        file = self.workspace / name
        file.write_text(text)
        file.chmod(mode)
        return file

    def argv(self, *program: str, options: tuple[str, ...] = ()) -> list[str]:
        bundle = ("--policies", str(self.bundle)) if self.bundle else ()
        places = ("--workspace", str(self.workspace), "--data", str(self.data))
        run = ("run", *bundle, *places, *self.options, *options, "--", *program)
        return [*self.wrapper, self.python, "-m", "callwarden", *run]

    def variables(self) -> dict[str, str]:
        own = {"HOME": self.root / "home", "XDG_CONFIG_HOME": self.config}
        kept = {"XDG_CACHE_HOME": cache_directory().parent}  # the bridge is built once, not once a test
        paths = {name: str(path) for name, path in (own | kept).items()}
        python = os.pathsep.join(filter(None, [SOURCE, self.environment.get("PYTHONPATH", "")]))
        return {**os.environ, **paths, **self.environment, "PYTHONPATH": python}

    def start(self, *program: str, options: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        started = subprocess.Popen(
            self.argv(*program, options=options),
            env=self.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            cwd=self.workspace,
        )
        self.started.append(started)
        return started

    def run(self, *program: str, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        """Status, output and errors of a program that ends by itself."""
        started = self.start(*program, options=options)
        out, err = started.communicate(timeout=60)
        return started.returncode, out, err

    def command(self, *arguments: str, input: str = "") -> tuple[int, str, str]:
        """Status, output and errors of another command of callwarden's."""
        done = subprocess.run(
            [*self.wrapper, self.python, "-m", "callwarden", *arguments],
            env=self.variables(),
            input=input,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=self.workspace,
        )
        return done.returncode, done.stdout, done.stderr

    def records(self, type: str = "") -> list[dict[str, Any]]:
        with Reader(self.data) as log:
            return [record for record in log.records() if type in {"", record["type"]}]

    def called(self, record: dict[str, Any]) -> dict[str, Any]:
        """The call that a record is about, as its payload has it."""
        with Reader(self.data) as log:
            call: dict[str, Any] = json.loads(log.payload(record) or b"{}")["call"]
        return call

    def running(self) -> bool:
        """Whether the log says that something was let run."""
        try:
            return bool(self.records("decision"))
        except AuditError:
            return False  # there is no log yet

    def close(self) -> None:
        for started in self.started:
            with started:
                started.kill()


def until(holds: Callable[[], bool], seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
