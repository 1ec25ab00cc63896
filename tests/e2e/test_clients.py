"""Programs that people use, behind the whole of callwarden: each works, and each shows why where it is refused."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from callwarden.launch import interpreter
from callwarden.launch.testing import Runner

if TYPE_CHECKING:
    from callwarden.egress.origin import Origin

OWN_MACHINE = "egress.own_machine"
DENIED = "denied.localhost"


def needed(program: str) -> str:
    if not shutil.which(program, path=interpreter.path()):
        pytest.skip(f"no {program} here: apt-get install {program}")
    return program


def refused(runner: Runner) -> set[tuple[str, str]]:
    """Doors and rules of what was refused."""
    said = [record for record in runner.records("decision") if record["effect"] != "allow"]
    return {(record["door"], record["data"]["rule"]) for record in said}


def test_curl_gets_pages_and_reads_why_not(runner: Runner, origin: Origin) -> None:
    urls = [origin.url("/hello.txt", host, scheme) for host in ("localhost", DENIED) for scheme in ("http", "https")]
    runner.write("fetch.sh", f"for url; do {needed('curl')} -sS -w '%{{http_code}}\\n' $url; done\n")
    status, out, err = runner.run("sh", "fetch.sh", *urls)
    lines = out.splitlines()
    assert (status, lines[:4]) == (0, ["hello from the origin", "200"] * 2), err
    known = {record["id"] for record in runner.records("decision")}
    for said, code in (lines[4:6], lines[6:8]):
        refusal = json.loads(said)
        assert (code, refusal["effect"], refusal["rule"]) == ("403", "deny", OWN_MACHINE)
        assert "outside of the wall" in refusal["reason"]
        assert refusal["decision"] in known
    assert f"refused https://{DENIED}:{origin.https}: {OWN_MACHINE}" in err
    assert len(origin.requests) == 2
    assert refused(runner) == {("egress", OWN_MACHINE)}


PYTHON = """
import sys
sys.path.append({place!r})
import {library}
for url in sys.argv[1:]:
    answer = {library}.get(url)
    print(answer.status_code, answer.text.strip())
"""


@pytest.mark.parametrize("library", ["requests", "httpx"])
def test_python_libraries_get_pages_and_read_why_not(runner: Runner, origin: Origin, library: str) -> None:
    module = pytest.importorskip(library, reason=f"no {library}: pip install {library}")
    runner.write("fetch.py", PYTHON.format(library=library, place=str(Path(module.__file__).parents[1])))
    urls = [origin.url("/hello.txt", host) for host in ("localhost", DENIED)]
    status, out, err = runner.run(interpreter.python(), "fetch.py", *urls)
    allowed, denied = out.splitlines()
    assert (status, allowed) == (0, "200 hello from the origin"), err
    assert denied.startswith("403 ")
    assert json.loads(denied[4:])["rule"] == OWN_MACHINE


def test_git_clones_over_https_and_says_403(runner: Runner, origin: Origin) -> None:
    from callwarden.egress import goods

    needed("git")
    path = goods.repository(origin)
    runner.write("clone.sh", f"git clone -q {origin.url(path)} good; git clone -q {origin.url(path, DENIED)} bad\n")
    status, _, err = runner.run("sh", "clone.sh")
    assert (runner.workspace / "good" / ".git" / "HEAD").exists(), err
    assert status != 0
    assert "error: 403" in err
    assert OWN_MACHINE in err
    assert not (runner.workspace / "bad").exists()


def test_pip_installs_from_the_index_of_the_person_and_says_why_not(runner: Runner, origin: Origin) -> None:
    from callwarden.egress import goods

    runner.environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1"}
    runner.environment |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    pip = (needed("pip"), "download", "-q", "--no-deps", "-d", "got", goods.NAME)
    runner.environment["PIP_INDEX_URL"] = origin.url(goods.index(origin), DENIED)
    status, _, err = runner.run(*pip)
    assert status != 0
    assert f"{OWN_MACHINE}: {DENIED}" in err
    runner.environment["PIP_INDEX_URL"] = origin.url(goods.index(origin))
    status, _, err = runner.run(*pip)
    assert (status, (runner.workspace / "got" / goods.WHEEL).exists()) == (0, True), err


def test_npm_installs_from_the_registry_of_the_person_and_says_why_not(runner: Runner, origin: Origin) -> None:
    from callwarden.egress import goods

    runner.environment |= {"npm_config_update_notifier": "false", "npm_config_fetch_retries": "0"}
    npm = (needed("npm"), "install", "--no-audit", "--no-fund", goods.NAME)
    runner.environment["npm_config_registry"] = origin.url(goods.registry(origin), DENIED)
    status, _, err = runner.run(*npm)
    assert status != 0
    assert "403" in err
    assert f"{OWN_MACHINE}: {DENIED}" in err
    runner.environment["npm_config_registry"] = origin.url(goods.registry(origin))
    status, _, err = runner.run(*npm)
    assert (status, (runner.workspace / "node_modules" / goods.NAME / "package.json").exists()) == (0, True), err


def test_a_host_that_nobody_listed_is_refused_when_it_is_asked_for(runner: Runner) -> None:
    status, out, _ = runner.run(needed("curl"), "-sS", "https://unknown.example/")
    refusal = json.loads(out)
    assert (status, refusal["effect"], refusal["rule"]) == (0, "escalate", "gate.unanswered")
    assert "egress.unknown_host" in refusal["reason"]
    exec_, *requests = runner.records("decision")
    assert (exec_["effect"], exec_["door"]) == ("allow", "process")
    assert {(record["door"], record["effect"]) for record in requests} == {("egress", "deny")}


@pytest.mark.parametrize("waived", ["egress", "namespaces"])
def test_without_the_egress_door_around_it_the_program_is_not_started(runner: Runner, waived: str) -> None:
    status, _, err = runner.run(needed("curl"), "-sS", "https://unknown.example/", options=("--unsafe-without", waived))
    assert status == 126
    assert "egress.unknown_host" in err


def test_a_tunnel_service_is_refused_before_its_client_starts(runner: Runner) -> None:
    status, _, err = runner.run(needed("curl"), "-sS", "https://abc.ngrok.io/")
    assert status == 126
    assert "tunnel.service" in err
