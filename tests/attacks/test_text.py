"""What the agent writes is shown to people: at the terminal of the run, and wherever the log is read."""

from __future__ import annotations

import subprocess

import pytest

from callwarden.launch.testing import Runner

pytestmark = pytest.mark.xdist_group("run")

TELLING = r"""
import json, os, socket, subprocess
gate = socket.socket(socket.AF_UNIX)
gate.connect(os.environ["CALLWARDEN_SOCKET"])
answers = gate.makefile()
bad = "\x1b[2J\x1b]0;t\x07\u202eX\u2028\r\ncallwarden: log: fake\x9b31m\u2066"
calls = [
    {"kind": "shell", "command": f"'{bad}' a"},
    {"kind": "exec", "argv": [bad, "b"], "exe": "/x/" + bad},
    {"kind": "function", "name": bad, "arguments": {bad: bad}},
    {"kind": "connect", "host": bad, "port": 1, "protocol": "tcp"},
    {"kind": "file", "operation": "read", "path": bad},
    {"kind": "http", "method": "GET", "url": "http://a/" + bad, "headers": {bad: bad}},
]
for number, call in enumerate(calls):
    asked = {"seq": number, "op": "decide", "call": {"id": f"c{number}", **call}}
    gate.sendall(json.dumps(asked).encode() + b"\n")
    answers.readline()
gate.sendall(json.dumps({"seq": 9, "op": "complete", "call_id": "c4", "result": {bad: bad}}).encode() + b"\n")
answers.readline()
for program in (bad.replace("/", ""), "ssh"):
    try:
        os.symlink("/bin/ls", "/tmp/" + program)
        subprocess.run(["/tmp/" + program, "/etc/shadow", bad], stdout=subprocess.DEVNULL)
    except OSError:
        pass
"""


def clean(text: str) -> bool:
    """Nothing that moves a cursor, turns text round or begins a line of its own."""
    fake = [line for line in text.split("\n") if line.startswith("callwarden: log: fake")]
    return not fake and all(character.isprintable() or character == "\n" for character in text)


def test_nothing_the_agent_writes_is_shown_as_more_than_text(runner: Runner) -> None:
    runner.write("telling.py", TELLING)
    status, _, err = runner.run("/usr/bin/python3", "telling.py")
    assert status == 0, err
    assert "refused" in err
    assert clean(err)
    assert len([record for record in runner.records("decision") if record["door"] == "tool"]) == 6
    for command in ("tail", "tree", "show c0", "show c2", "show c4"):
        argv = [runner.python, "-m", "callwarden", "audit", *command.split(), "--data", str(runner.data)]
        shown = subprocess.run(argv, env=runner.variables(), capture_output=True, check=False)
        assert clean(shown.stdout.decode() + shown.stderr.decode()), command
