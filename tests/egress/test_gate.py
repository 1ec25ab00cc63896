"""The door before a real gate: what is on record about traffic, and that all of it is."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import httpx

from callwarden.audit.reader import Record
from callwarden.egress.door import EgressDoor
from callwarden.egress.origin import Origin
from callwarden.gate import Gate
from callwarden.server.socket import Server
from callwarden.testing import Answering, finding, gate_of, records


def fetched(gate: Gate, origin: Origin, directory: Path) -> tuple[int, list[Record]]:
    """One request through a door that is stopped at once; its status, and all records about calls."""
    server = Server(gate)

    def connection() -> socket.socket:
        ours, theirs = socket.socketpair()
        server.serve(ours, session="s", door="egress")
        return theirs

    door = EgressDoor(connection, [], ca=directory / "ca", public=directory, parent={"SSL_CERT_FILE": origin.trust})
    door.start()
    try:
        answer = httpx.get(origin.url("/hello.txt"), proxy=door.url, verify=_trusting(directory), timeout=20)
    finally:
        door.stop()
        server.close()
    return answer.status_code, [*records(gate.log, "decision"), *records(gate.log, "result")]


def _trusting(directory: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(directory / "bundle.pem"))


def test_a_connection_its_request_and_how_both_ended_are_on_record(origin: Origin, tmp_path: Path) -> None:
    with gate_of(Answering("allow")) as gate:
        status, found = fetched(gate, origin, tmp_path)
    assert status == 200
    decisions, results = found[:2], found[2:]
    assert [(one["kind"], one["door"], one["effect"]) for one in decisions] == [
        ("connect", "egress", "allow"),
        ("http", "egress", "allow"),
    ]
    by_call = {one["call"]: one["data"]["result"] for one in results}
    assert by_call[decisions[1]["call"]]["status"] == 200
    assert by_call[decisions[1]["call"]]["bytes"] == 22
    assert by_call[decisions[0]["call"]]["requests"] == 1


def test_a_refusal_names_the_record_that_the_log_has(origin: Origin, tmp_path: Path) -> None:
    with gate_of(Answering(finding("deny", "egress.host"))) as gate:
        status, found = fetched(gate, origin, tmp_path)
    assert status == 403
    assert [one["kind"] for one in found] == ["connect"]
