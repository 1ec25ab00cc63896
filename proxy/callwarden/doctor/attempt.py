"""A run of its own, in folders that go away, whose program asks every door for something that must be refused."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from callwarden.doctor import probe
from callwarden.doctor.checks import Check
from callwarden.errors import CallwardenError
from callwarden.launch import interpreter
from callwarden.launch.launch import launch
from callwarden.launch.plan import Plan

DOORS = ("tool", "process", "egress")


def doors(policies: Path | None, without: frozenset[str]) -> Iterator[Check]:
    """A check a door: whether the synthetic call was refused there."""
    with tempfile.TemporaryDirectory(prefix="callwarden-doctor-") as name:
        try:
            answers = _asked(Path(name).resolve(), policies, without)
        except CallwardenError as problem:
            yield Check("doors", "bad", str(problem), problem.help)
            return
    for door in DOORS:
        yield _check(door, answers.get(door, {"refused": False, "how": "no answer"}), without)


def _asked(folder: Path, policies: Path | None, without: frozenset[str]) -> dict[str, Any]:
    workspace = folder / "workspace"
    workspace.mkdir()
    shutil.copyfile(probe.__file__, workspace / "probe.py")
    answers = workspace / "answers.json"
    plan = Plan(
        program=(interpreter.python(), "probe.py", str(answers)),
        workspace=workspace,
        home=Path.home().resolve(),
        data=folder / "data",
        user=folder / "none",
        policies=policies,
        without=without,
        environment={**os.environ, "PYTHONPATH": str(interpreter.client(workspace))},
    )
    launch(plan, say=lambda line: None)
    found: dict[str, Any] = json.loads(answers.read_text()) if answers.exists() else {}
    return found


def _check(door: str, answer: dict[str, Any], without: frozenset[str]) -> Check:
    name = f"{door} door"
    if {"process": "exec", "egress": "egress"}.get(door) in without:
        return Check(name, "bad", "not put up: --unsafe-without")
    if answer["refused"]:
        return Check(name, "ok", f"a synthetic call was refused ({answer['how']})")
    return Check(name, "bad", f"a synthetic call was NOT refused: {answer['how']}", "don't rely on this door")
