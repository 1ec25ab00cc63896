"""The person's home from inside of an allowed program, which opens files that no call names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from callwarden.launch.testing import Runner

pytestmark = pytest.mark.xdist_group("run")

# The names are put together at run time: at the doors there is nothing to be seen.
TRIES = """
import json, os, sys
home, found = os.environ["HOME"], {}
for name in sys.argv[1:]:
    name = bytes.fromhex(name).decode()
    for mode in "ra":
        try:
            with open(os.path.join(home, name), mode) as file:
                found[name + " " + mode] = file.read() if mode == "r" else file.write("evil")
        except OSError as problem:
            found[name + " " + mode] = type(problem).__name__
for name in ("aside", "again"):
    try:
        os.rename(os.path.join(home, ".config"), os.path.join(home, name))
        found[name] = "moved"
    except OSError as problem:
        found[name] = type(problem).__name__
print(json.dumps(found))
"""


def tried(runner: Runner, *names: str, options: tuple[str, ...] = ()) -> dict[str, Any]:
    runner.write("tries.py", TRIES)
    status, out, err = runner.run("/usr/bin/python3", "tries.py", *(n.encode().hex() for n in names), options=options)
    assert status == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.fixture
def home(runner: Runner) -> Path:
    home = runner.root / "home"
    for name in (".ssh/id_rsa", ".aws/credentials", ".netrc", ".codex/auth.json", ".bashrc"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(f"the content of {name}")
    return home


def test_secrets_are_not_there_for_a_program_that_opens_them_itself(runner: Runner, home: Path) -> None:
    found = tried(runner, ".ssh/id_rsa", ".aws/credentials", ".netrc", ".codex/auth.json")
    assert found[".ssh/id_rsa r"] == found[".aws/credentials r"] == "PermissionError"
    assert found[".netrc r"] == found[".codex/auth.json r"] == ""
    assert (home / ".netrc").read_text() == "the content of .netrc"


def test_what_the_next_shell_or_session_reads_can_not_be_changed_or_made(runner: Runner, home: Path) -> None:
    names = (".bashrc", ".bash_profile", ".zshenv", ".gitconfig", ".config/autostart/x.desktop", ".ssh/authorized_keys")
    found = tried(runner, *names)
    assert found[".bashrc r"] == "the content of .bashrc"
    assert {found[f"{name} a"] for name in names} <= {"OSError", "PermissionError"}
    assert found["aside"] == found["again"] == "OSError"
    assert {path.name for path in home.iterdir()} - {".config"} == {".ssh", ".aws", ".netrc", ".codex", ".bashrc"}
    assert (home / ".bashrc").read_text() == "the content of .bashrc"


def test_an_agent_sees_its_own_state_and_no_others(runner: Runner, home: Path) -> None:
    found = tried(runner, ".codex/auth.json", ".aws/credentials", options=("--agent", "codex"))
    assert found[".codex/auth.json r"] == "the content of .codex/auth.json"
    assert found[".aws/credentials r"] == "PermissionError"


def test_a_person_shows_one_on_purpose_and_the_record_says_so(runner: Runner, home: Path) -> None:
    layer = runner.config / "callwarden"
    layer.mkdir()
    (layer / "data.yaml").write_text(yaml.safe_dump({"shown": {"~/.netrc": {"reason": "the test needs it"}}}))
    assert tried(runner, ".netrc")[".netrc r"] == "the content of .netrc"
    assert runner.records("session")[0]["data"]["shown"] == ["~/.netrc"]


def test_a_project_can_not_show_the_secrets_of_who_checks_it_out(runner: Runner, home: Path) -> None:
    (runner.workspace / ".callwarden").mkdir()
    runner.write(".callwarden/data.yaml", yaml.safe_dump({"shown": {"~/.netrc": {"reason": "please"}}}))
    assert tried(runner, ".netrc")[".netrc r"] == ""
