"""What an agent asks over its socket: who it says it is, what it repeats, and the example that shows how to ask."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest

from callwarden.launch import interpreter
from callwarden.launch.testing import Runner

EXAMPLES = Path(__file__).parents[2] / "examples"
CLAIMING = """
import json
from callwarden.client import Client

def call(id, **more):
    return {"id": id, "kind": "shell", "command": "ls", **more}

with Client.connect() as gate:
    fields = ("id", "team", "phase", "agent")
    answers = {field: gate.decide(call(field, session={field: "another"})) for field in fields}
    answers["label"] = gate.decide(call("label", session={"labels": {"trusted": "yes"}}))
    answers["mine"] = gate.decide(call("mine"))
    answers["again"] = gate.decide(call("mine"))
    answers["other"] = gate.decide(call("mine", command="ls -la"))
    gate.complete("mine", {"exit": 0})
    answers["after"] = gate.decide(call("mine"))
print(json.dumps({name: [answer["run"], answer["finding"]["rule"]] for name, answer in answers.items()}))
"""

ASKED = """
from callwarden.client import Client
with Client.connect() as gate:
    url = "https://packages.example.org/"
    print(gate.decide({"id": "c", "kind": "http", "method": "GET", "url": url})["decision"]["effect"])
"""


@pytest.fixture(autouse=True)
def _client(runner: Runner) -> None:
    runner.environment["PYTHONPATH"] = str(interpreter.client(runner.workspace))


def test_who_claims_another_session_and_who_repeats_an_id_is_refused(runner: Runner) -> None:
    runner.write("claiming.py", CLAIMING)
    status, out, err = runner.run(interpreter.python(), "claiming.py")
    assert status == 0, err
    answers = json.loads(out)
    for claimed in ("id", "team", "phase", "agent", "label"):
        assert answers[claimed] == [False, "gate.identity"]
    assert answers["mine"][0]
    assert answers["again"] == answers["mine"]
    assert answers["other"] == answers["after"] == [False, "gate.replay"]
    recorded = [record["data"]["rule"] for record in runner.records("decision") if record["effect"] == "deny"]
    assert sorted(recorded) == ["gate.identity"] * 5 + ["gate.replay"] * 2


def test_the_example_of_a_guarded_agent_does_what_it_says(runner: Runner) -> None:
    shutil.copy(EXAMPLES / "guarded_agent.py", runner.workspace)
    status, out, err = runner.run("python3", "guarded_agent.py")
    assert status == 0, err
    greeting, product, tunnel, key = (answer.partition("\n  ")[2] for answer in out.split("$ ")[1:])
    assert (greeting.strip(), product.strip()) == ("hello", "42")
    assert tunnel.startswith("refused by tunnel.")
    assert key.startswith("refused by ")
    assert "credentials." in key or "files." in key
    assert (runner.workspace / "greeting.txt").read_text() == "hello\n"
    inner = [record for record in runner.records("decision") if record["door"] == "process" and record["cause"]["id"]]
    assert {record["cause"]["id"] for record in inner} == {"c1", "c2"}


def test_the_rule_of_a_projects_layer_holds_in_a_run(runner: Runner) -> None:
    shutil.copytree(EXAMPLES / "project-layer" / ".callwarden", runner.workspace / ".callwarden")
    (runner.workspace / "vendor").mkdir()
    runner.write("touch.sh", f"python3 -c {shlex.quote(ASKED)}; touch here; touch vendor/there\n")
    status, out, err = runner.run("sh", "touch.sh")
    assert (status, out) == (126, "allow\n"), err
    assert "frozen.vendor" in err
    assert (runner.workspace / "here").exists()
    assert not (runner.workspace / "vendor" / "there").exists()
