"""Whatever is given to a command, it says what is wrong in a line or two and ends with the right status."""

from __future__ import annotations

from pathlib import Path

import pytest

from callwarden.launch.testing import Runner

NOWHERE = "no/such/place"
BINARY = "\x00\ufffd{"
CASES: list[tuple[int, tuple[str, ...], str]] = [
    (2, ("frobnicate",), ""),
    (2, ("check",), ""),
    (2, ("check", "ls", "--call", "-"), "{}"),
    (2, ("check", "ls", "--profile", "none"), ""),
    (2, ("check", "ls", "--policies", NOWHERE), ""),
    (2, ("check", "ls", "--policies", "broken"), ""),
    (2, ("check", "ls", "--engine", "opa", "--opa-url", "http://127.0.0.1:9"), ""),
    (3, ("check", "--call", "-"), ""),
    (3, ("check", "--call", "-"), BINARY),
    (3, ("check", "--call", "-"), '{"id": "c", "kind": "magic"}'),
    (3, ("check", "--call", "-"), '{"id": "c", "kind": "shell", "command": 7}'),
    (0, ("check", "--batch", "-"), f'{BINARY}\n[]\n{{"id": "c", "kind": "exec"}}\n'),
    (0, ("facts", "--batch", "-"), f"{BINARY}\n"),
    (2, ("check", "--batch", NOWHERE), ""),
    (2, ("facts",), ""),
    (2, ("audit", "show", "x", "--data", NOWHERE), ""),
    (2, ("audit", "verify", "--data", NOWHERE), ""),
    (1, ("audit", "verify", "--data", "rubbish"), ""),
    (1, ("audit", "tail", "--data", "rubbish"), ""),
    (1, ("audit", "tree", "--data", "rubbish"), ""),
    (1, ("audit", "export", "--data", "rubbish", "--as", "csv"), ""),
    (2, ("audit", "tail", "-n", "many"), ""),
    (1, ("tools", "--data", "rubbish"), ""),
    (2, ("policy", "check", NOWHERE), ""),
    (2, ("policy", "check", "broken"), ""),
    (2, ("policy", "test", "broken"), ""),
    (2, ("policy", "test", "--run", "("), ""),
    (2, ("run",), ""),
    (2, ("run", "--workspace", NOWHERE, "--", "true"), ""),
    (2, ("run", "--workspace", "/", "--", "true"), ""),
    (2, ("run", "--profile", "none", "--", "true"), ""),
    (2, ("run", "--agent", "nobody", "--", "true"), ""),
    (2, ("run", "--policies", "broken", "--", "true"), ""),
    (2, ("run", "--mode", "sleep", "--", "true"), ""),
    (2, ("run", "--unsafe-without", "gravity", "--", "true"), ""),
    (2, ("run", "--data", "inside", "--", "true"), ""),
    (125, ("run", "--workspace", "broken", "--data", "rubbish", "--", "true"), ""),
]


@pytest.fixture
def places(runner: Runner) -> Path:
    """A bundle that does not compile and a data directory that holds no log."""
    rego = runner.workspace / "broken" / "callwarden" / "decision" / "decision.rego"
    rego.parent.mkdir(parents=True)
    rego.write_text("package callwarden.decision\n\nanswer := \n")
    (runner.workspace / "rubbish").mkdir()
    (runner.workspace / "rubbish" / "audit.sqlite").write_bytes(b"no database" * 100)
    return runner.workspace


def test_bad_input_has_a_clear_answer_and_the_right_status(runner: Runner, places: Path) -> None:
    wrong = []
    for expected, arguments, given in CASES:
        status, out, err = runner.command(*arguments, input=given)
        said = (out + err).strip()
        if status != expected or not said or "Traceback" in said or len(err.splitlines()) > 12:
            wrong.append((arguments, f"{status} instead of {expected}", said[-600:]))
    assert wrong == [], "\n".join(map(str, wrong))
    assert (places / "rubbish" / "audit.sqlite").read_bytes() == b"no database" * 100


def test_a_program_that_does_not_exist_is_127_and_what_is_no_program_126(runner: Runner) -> None:
    runner.write("data.txt", "no program\n", mode=0o755)
    assert runner.run("no-such-program-at-all")[0] == 127
    status, _, err = runner.run("./data.txt")
    assert status == 126
    assert "Traceback" not in err


def test_what_is_given_to_the_agents_socket_harms_nobody(runner: Runner) -> None:
    runner.write("noise.py", NOISE)
    status, out, err = runner.run("python3", "noise.py")
    assert (status, out.splitlines()[-1]) == (0, "still there"), err
    assert runner.command("audit", "verify", "--data", str(runner.data))[0] == 0


NOISE = r"""
import json, os, socket

def said(noise):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(10)
        sock.connect(os.environ["CALLWARDEN_SOCKET"])
        sock.sendall(noise + b"\n")
        with sock.makefile("rb") as answers:
            return json.loads(answers.readline())

def message(**fields):
    return json.dumps({"seq": 1, **fields}).encode()

call = {"id": "a", "kind": "shell", "command": "ls"}
for noise in (
    b"\x00\xff", b"{}", b"[1]", b"null", b"{" * 5000, message(), message(op="dance"),
    message(op="decide", call=call, port=7), message(op="refuse", call=call), message(op="complete", call_id="never"),
):
    answer = said(noise)
    assert "error" in answer and not answer.get("run"), (noise, answer)
malformed = said(message(op="decide", call={"id": "x", "kind": 3}))
assert (malformed["run"], malformed["finding"]["rule"]) == (False, "gate.malformed"), malformed
try:
    assert said(b"x" * (5 << 20))["error"]
except OSError:
    pass  # it hung up before it had read all of it
print("still there" if said(message(op="ping"))["ok"] else "gone")
"""
