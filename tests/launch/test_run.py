"""`callwarden run` with real programs: how it ends, what they can't reach, and what happens when the gate dies."""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from callwarden.audit.reader import Reader
from callwarden.launch.testing import Runner, until
from callwarden.sandbox.platform import missing, probe
from callwarden.sandbox.testing import Terminal

PROVIDED = probe()
pytestmark = [
    pytest.mark.skipif(
        bool(missing(PROVIDED, "namespaces") or missing(PROVIDED, "exec")),
        reason="the process door can't be put up on this machine; `callwarden doctor` says why",
    ),
    pytest.mark.xdist_group("run"),
]


@pytest.fixture
def runner(bundle: Path, tmp_path: Path) -> Iterator[Runner]:
    """Without the egress door, which has tests of its own."""
    made = Runner(tmp_path, bundle, options=("--unsafe-without", "egress"))
    yield made
    made.close()


def test_the_status_is_the_programs_own(runner: Runner) -> None:
    status, out, err = runner.run("sh", "-c", "echo done; exit 7")
    assert (status, out) == (7, "done\n")
    assert "callwarden audit tree" in err.splitlines()[-1]


def test_a_program_that_is_not_there_is_127(runner: Runner) -> None:
    assert runner.run("no-such-program")[0] == 127


def test_a_program_that_is_refused_is_126_and_says_by_which_rule(runner: Runner) -> None:
    status, _, err = runner.run("sh", "-c", "echo forbidden")
    assert status == 126
    assert "test.word" in err


def test_what_a_program_starts_is_refused_and_the_rest_goes_on(runner: Runner) -> None:
    (runner.workspace / "forbidden").write_text("#!/bin/sh\necho it ran\n")
    (runner.workspace / "forbidden").chmod(0o755)
    (runner.workspace / "script").write_text("./forbidden\necho after\n")
    status, out, err = runner.run("sh", "script")
    assert (status, out) == (0, "after\n")
    assert "test.word" in err
    (refused,) = [record for record in runner.records("decision") if record["effect"] == "deny"]
    assert (refused["door"], refused["kind"]) == ("process", "exec")


def test_an_escalation_without_a_terminal_is_refused_and_says_how_to_allow(runner: Runner) -> None:
    status, _, err = runner.run("sh", "-c", "echo delicate")
    assert status == 126
    assert "approval" in err


@pytest.mark.parametrize(("letter", "status"), [("o", 0), ("d", 126)])
def test_a_person_at_the_terminal_is_asked_and_decides(runner: Runner, letter: str, status: int) -> None:
    terminal = Terminal(runner.workspace, *runner.argv("sh", "-c", "echo delicate"), env=runner.variables())
    terminal.shows("> ", 30)
    code = re.search(rf"{letter} ?(\d*) yes", terminal.seen)
    terminal.press(f"{letter} {code[1] if code else ''}\n".encode())
    terminal.shows("audit tree", 30)
    assert terminal.close() == status
    assert "test.word" in terminal.seen
    assert ("\ndelicate" in terminal.seen) == (status == 0)
    assert [vote["data"]["choice"] for vote in runner.records("vote")] == [{"o": "once", "d": "deny"}[letter]]


def test_observing_stops_nothing_and_records_everything(runner: Runner) -> None:
    status, out, err = runner.run("sh", "-c", "echo forbidden", options=("--mode", "observe"))
    assert (status, out) == (0, "forbidden\n")
    assert "OBSERVING ONLY" in err
    assert any(record["data"].get("observed") for record in runner.records("decision"))


def test_the_first_record_of_the_session_pins_platform_policy_and_what_is_missing(runner: Runner) -> None:
    runner.run("true")
    opened, closed = runner.records("session")
    assert opened["data"]["without"] == ["egress"]
    assert {"jail", "seccomp_notify"} <= {feature["name"] for feature in opened["data"]["platform"]}
    assert len(opened["data"]["policy_digest"]) == 64
    assert opened["data"]["session"]["principal"]
    assert closed["data"]["status"] == 0


def test_the_log_the_policies_and_the_configuration_are_not_there(runner: Runner) -> None:
    (runner.config / "callwarden").mkdir()
    (runner.config / "callwarden" / "data.yaml").write_text("{}\n")
    hidden = [runner.data, runner.bundle, runner.config / "callwarden"]
    program = (
        "import os, sys\nfor p in sys.argv[1:]:\n  try: print(os.listdir(p))\n  except OSError as e: print('none')"
    )
    status, out, _ = runner.run(sys.executable, "-c", program, *map(str, hidden))
    assert status == 0
    assert set(out.split("\n")) <= {"[]", "none", ""}


def test_the_projects_policy_layer_can_be_read_and_not_written(runner: Runner) -> None:
    layer = runner.workspace / ".callwarden"
    layer.mkdir()
    (layer / "data.yaml").write_text("programs: {}\n")
    status, _, _ = runner.run("sh", "-c", "cat .callwarden/data.yaml && echo loose >> .callwarden/data.yaml")
    assert status != 0
    runner.run("sh", "-c", "mv .callwarden elsewhere; rm -rf .callwarden")
    assert (layer / "data.yaml").read_text() == "programs: {}\n"


def test_layers_that_are_not_there_cannot_be_made_for_the_next_run(runner: Runner) -> None:
    places = [runner.workspace / ".callwarden", runner.config / "callwarden"]
    program = (
        "import sys, pathlib\nfor p in sys.argv[1:]:\n  p = pathlib.Path(p)\n  p.mkdir(parents=True, exist_ok=True)\n"
    )
    program += "  try: (p / 'data.yaml').write_text('hosts: {}')\n  except OSError as error: print(error.errno)\n"
    status, out, _ = runner.run(sys.executable, "-c", program, *map(str, places))
    assert status == 0
    assert len(out.split()) == 2
    assert not (runner.workspace / ".callwarden").exists()
    assert list((runner.config / "callwarden").iterdir()) == []


def test_an_agent_that_is_known_gets_its_hosts_and_one_that_is_not_is_an_error(runner: Runner) -> None:
    assert "api.example.org" in runner.run("true", options=("--agent", "known"))[2]
    status, _, err = runner.run("true", options=("--agent", "other"))
    assert status == 2
    assert "no agent" in err
    assert "Traceback" not in err


def test_one_data_directory_has_one_gate(runner: Runner) -> None:
    first = runner.start("sleep", "30")
    assert until(runner.running)
    status, _, err = runner.run("true")
    assert status == 2
    assert "Traceback" not in err
    first.terminate()
    first.communicate(timeout=20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_and_closes_the_log(runner: Runner, number: signal.Signals) -> None:
    started = runner.start("sleep", "30")
    assert until(runner.running)
    started.send_signal(number)
    _, err = started.communicate(timeout=20)
    assert started.returncode == 128 + number
    assert "Traceback" not in err
    assert [record["data"]["event"] for record in runner.records("session")] == ["opened", "closed"]


def test_a_program_that_ignores_the_signal_is_killed_after_a_grace(runner: Runner) -> None:
    started = runner.start("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.2; done")
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    started.terminate()
    started.communicate(timeout=30)
    assert started.returncode == 128 + signal.SIGKILL


def test_what_a_program_left_behind_ends_with_it(runner: Runner) -> None:
    mark = runner.workspace / "mark"
    status, _, _ = runner.run("sh", "-c", f"(sleep 1; echo survived > {mark}) >/dev/null 2>&1 &")
    assert status == 0
    time.sleep(1.5)
    assert not mark.exists()


def test_when_the_gate_is_killed_nothing_more_starts_and_the_program_ends(runner: Runner) -> None:
    beats = runner.workspace / "beats"
    started = runner.start("sh", "-c", f"while :; do /bin/echo beat >> {beats}; done")
    assert until(lambda: beats.exists() and beats.stat().st_size > 10)
    started.kill()
    started.communicate(timeout=10)
    assert until(lambda: not _writing(beats))
    size = beats.stat().st_size
    time.sleep(0.5)
    assert beats.stat().st_size == size
    with Reader(runner.data) as log:
        assert log.head().seq > 0


FETCH = """
import sys, urllib.error, urllib.request
try:
    print(urllib.request.urlopen(sys.argv[1], timeout=20).status)
except urllib.error.HTTPError as refusal:
    print(refusal.code, refusal.read().decode())
"""


SENDER = r"""
import socket, time
while True:
    with socket.create_connection(("127.0.0.1", 3128), timeout=5) as sock, open("beats", "a") as beats:
        sock.sendall(b"GET http://example.invalid/ HTTP/1.1\r\nhost: example.invalid\r\n\r\n")
        print(sock.recv(12).decode(), file=beats)
    time.sleep(0.05)
"""


@pytest.mark.skipif(find_spec("mitmproxy") is None, reason="the egress door: install callwarden[egress]")
def test_a_refused_request_reads_its_rule_and_is_on_record_under_the_run(runner: Runner) -> None:
    runner.options = ()
    status, out, err = runner.run(sys.executable, "-c", FETCH, "http://example.invalid/")
    assert (status, out.partition(" ")[0]) == (0, "403"), err
    assert json.loads(out.partition(" ")[2])["rule"] == "test.word"
    assert any(record["door"] == "egress" and record["effect"] == "deny" for record in runner.records("decision"))


@pytest.mark.skipif(find_spec("mitmproxy") is None, reason="the egress door: install callwarden[egress]")
def test_when_the_gate_is_killed_nothing_gets_out(runner: Runner) -> None:
    runner.options = ()
    beats = runner.workspace / "beats"
    (runner.workspace / "sender.py").write_text(SENDER)
    started = runner.start(sys.executable, "sender.py")
    assert until(lambda: beats.exists() and beats.stat().st_size > 60, 30)
    started.kill()
    started.communicate(timeout=20)
    assert until(lambda: not _writing(beats))
    assert {line.split()[1] for line in beats.read_text().splitlines()[:-1]} == {"403"}


def _writing(file: Path) -> bool:
    before = file.stat().st_size
    time.sleep(0.2)
    return file.stat().st_size != before
