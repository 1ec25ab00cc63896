"""Every way a call can go through the gate. What fails is a refusal that says why, and is on record if it can be."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwarden import testing
from callwarden.audit.chain import verify
from callwarden.audit.reader import Reader
from callwarden.call import Session
from callwarden.decision import Effect
from callwarden.document import Cause
from callwarden.errors import AuditError, AuditLocked, EngineTimeout, UsageError
from callwarden.facts.model import Facts
from callwarden.gate import AsyncGate, Gate, Verdict
from callwarden.session.live import Hint
from callwarden.testing import Absent, Answering, Failing, Person, call, finding, gate_of, records


def decisions(gate: Gate) -> list[dict[str, Any]]:
    return records(gate.log, "decision")


def refused(verdict: Verdict, rule: str) -> bool:
    return not verdict.run and verdict.decision.effect is Effect.DENY and verdict.finding.rule == rule


def test_an_allowed_call_runs_once_it_is_on_record() -> None:
    with gate_of(Answering("allow")) as gate:
        verdict = gate.decide(call(id="c1"), session="s")
        (record,) = decisions(gate)
        assert (verdict.run, verdict.record) == (True, record["id"])
        assert (record["call"], record["effect"], record["door"], record["kind"]) == ("c1", "allow", "tool", "shell")
        assert record["data"] == {"run": True, "rule": "test.rule"}


def test_a_denied_call_does_not_run_and_shows_the_finding() -> None:
    with gate_of(Answering("allow", finding("deny", rule="tunnel.reverse"))) as gate:
        assert refused(gate.decide(call(), session="s"), "tunnel.reverse")
        assert decisions(gate)[0]["data"] == {"run": False, "rule": "tunnel.reverse"}


@pytest.mark.parametrize(
    "malformed", [b"{", b'{"id": "c1"}', "text", {}, {"id": "c1", "kind": "magic"}, [], None, 7, b"\xff"]
)
def test_what_is_no_call_is_refused_and_recorded_by_its_digest(malformed: object) -> None:
    with gate_of() as gate:
        assert refused(gate.decide(malformed, session="s"), "gate.malformed")
        (record,) = decisions(gate)
        assert len(record["digest"]) == 64
        assert record["payload"] == {}


def test_a_number_that_json_cannot_hold_makes_a_call_malformed() -> None:
    with gate_of() as gate:
        asked = {"id": "c1", "kind": "function", "name": "f", "arguments": {"n": 1 << 70}}
        assert refused(gate.decide(asked, session="s"), "gate.malformed")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["id", "kind", "command"]), inner),
    max_leaves=8,
)


def test_nothing_that_is_no_call_ever_runs_or_raises() -> None:
    with gate_of() as gate:

        @settings(max_examples=60, deadline=None)
        @given(anything)
        def refuses(thing: object) -> None:
            assert refused(gate.decide(thing, session="s"), "gate.malformed")

        refuses()
        with Reader(gate.log.directory) as reader:
            assert verify(reader.lines(), gate.log.head).intact


def test_a_record_has_the_time_of_the_gates_clock() -> None:
    with gate_of(clock=lambda: 42) as gate:
        gate.decide(call(), session="s")
        assert {record["time_ns"] for record in records(gate.log)} == {42}


def test_a_malformed_call_is_recorded_under_its_id_without_its_text() -> None:
    with gate_of() as gate:
        gate.decide({"id": "c1", "kind": "shell", "comand": "hunter2"}, session="s")
        (record,) = decisions(gate)
        assert record["call"] == "c1"
        assert "hunter2" not in str(record)


def test_a_call_of_an_unknown_session_is_refused_and_recorded() -> None:
    with gate_of() as gate:
        assert refused(gate.decide(call(id="c1"), session="other"), "gate.session")
        assert decisions(gate)[0]["session"] == "other"


def test_a_closed_session_runs_nothing_any_more() -> None:
    with gate_of() as gate:
        gate.close_session("s")
        assert refused(gate.decide(call(), session="s"), "gate.session")
        with pytest.raises(UsageError):
            gate.close_session("s")


def test_a_session_is_opened_once() -> None:
    with gate_of() as gate, pytest.raises(UsageError, match="open already"):
        gate.open_session(Session(id="s"))


@pytest.mark.parametrize(
    "claim", [{"id": "t"}, {"team": "red"}, {"principal": "root"}, {"phase": "deploy"}, {"labels": {"tier": "gold"}}]
)
def test_a_call_that_claims_another_session_than_its_own_is_refused(claim: dict[str, Any]) -> None:
    with gate_of() as gate:
        verdict = gate.decide(call(session=claim), session="s")
        assert refused(verdict, "gate.identity")
        assert "gold" not in verdict.finding.reason


def test_a_true_claim_is_no_difference() -> None:
    with gate_of(session=Session(id="s", team="red", labels={"tier": "gold"})) as gate:
        claim = {"id": "s", "team": "red", "labels": {"tier": "gold"}}
        assert gate.decide(call(session=claim), session="s").run


@pytest.mark.parametrize(
    "failure",
    [None, EngineTimeout("1 s"), RuntimeError("odd"), b"", b"{}", b"null", b'{"effect":"allow","findings":[]}'],
)
def test_an_engine_without_a_usable_answer_is_a_refusal(failure: Exception | bytes | None) -> None:
    with gate_of(Failing(failure)) as gate:
        verdict = gate.decide(call(), session="s")
        assert refused(verdict, "gate.engine")
        assert decisions(gate)[0]["findings"][0]["rule"] == "gate.engine"


def test_a_part_no_policy_speaks_about_is_refused() -> None:
    with gate_of(Answering(finding("deny", rule="other.rule", part="call"))) as gate:
        assert not gate.decide(call(command="a; b"), session="s").run


def test_facts_that_fail_are_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Facts:
        raise RecursionError

    monkeypatch.setattr("callwarden.judging.derive", broken)
    with gate_of() as gate:
        assert refused(gate.decide(call(), session="s"), "gate.facts")


def test_a_log_that_takes_nothing_refuses_everything() -> None:
    with gate_of() as gate:
        gate.log.close()
        verdict = gate.decide(call(), session="s")
        assert refused(verdict, "gate.audit")
        assert verdict.record == ""
        assert refused(gate.decide(b"{", session="s"), "gate.audit")
        assert not gate.health()["ok"]


def test_a_fault_of_our_own_is_a_refusal_on_record(monkeypatch: pytest.MonkeyPatch) -> None:
    with gate_of() as gate:
        monkeypatch.setattr("callwarden.gate.judge", lambda *_: 1 / 0)
        assert refused(gate.decide(call(id="c1"), session="s"), "gate.fault")
        assert decisions(gate)[0]["call"] == "c1"


def test_a_fault_while_a_fault_is_recorded_is_still_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    with gate_of() as gate:
        monkeypatch.setattr("callwarden.audit.entries.decision", lambda *_, **__: 1 / 0)
        verdict = gate.decide(call(), session="s")
        assert refused(verdict, "gate.fault")
        assert verdict.record == ""


# Approvals


def test_nobody_to_ask_is_a_refusal_that_says_how_to_allow_it() -> None:
    with gate_of(Answering("escalate")) as gate:
        verdict = gate.decide(call(), session="s")
        assert refused(verdict, "gate.unanswered")
        assert "policy data" in verdict.finding.help
        assert verdict.ticket
        assert decisions(gate)[0]["data"]["ticket"] == verdict.ticket


def test_what_a_person_allows_once_runs_once_and_the_vote_is_on_record_first() -> None:
    person = Person("once")
    with gate_of(Answering("escalate"), person) as gate:
        assert gate.decide(call(), session="s").run
        assert gate.decide(call(), session="s").run
        assert len(person.asked) == 2
        assert [record["type"] for record in records(gate.log)][1:] == ["vote", "decision"] * 2
        vote = records(gate.log, "vote")[0]
        assert (vote["data"]["choice"], vote["data"]["by"]) == ("once", "alex")
        assert decisions(gate)[0]["data"]["approval"] == vote["data"]["ticket"]


def test_what_a_person_allows_for_the_session_is_not_asked_again_and_nothing_else_is_covered() -> None:
    person = Person("session")
    with gate_of(Answering("escalate"), person) as gate:
        assert gate.decide(call(command="git push"), session="s").run
        assert gate.decide(call(command="git push"), session="s").run
        assert len(person.asked) == 1
        gate.decide(call(command="git push --force"), session="s")
        assert len(person.asked) == 2


def test_a_grant_does_not_reach_another_session() -> None:
    person = Person("session")
    with gate_of(Answering("escalate"), person) as gate:
        gate.open_session(Session(id="t"))
        gate.decide(call(), session="s")
        gate.decide(call(), session="t")
        assert [question.session for question in person.asked] == ["s", "t"]


def test_what_a_person_denies_is_refused_in_their_name() -> None:
    with gate_of(Answering("escalate"), Person("deny")) as gate:
        verdict = gate.decide(call(), session="s")
        assert refused(verdict, "gate.denied")
        assert "alex" in verdict.finding.reason


def test_nobody_answering_in_time_is_a_refusal() -> None:
    with gate_of(Answering("escalate"), Absent(), waits={"tool": 0.01}) as gate:
        assert refused(gate.decide(call(), session="s"), "gate.unanswered")


def test_an_approver_that_fails_has_not_approved() -> None:
    class Broken(Person):
        def ask(self, *_: object, **__: object) -> Any:
            raise OSError

    with gate_of(Answering("escalate"), Broken("once")) as gate:
        assert refused(gate.decide(call(), session="s"), "gate.unanswered")


@pytest.mark.parametrize("door", ["process", "egress"])
def test_only_the_tool_door_waits_and_a_retry_finds_the_vote_that_came_later(door: Any) -> None:
    person = Person("once")
    with gate_of(Answering("escalate"), person) as gate:
        first = gate.decide(call("exec", id="c1"), session="s", door=door)
        assert refused(first, "gate.unanswered")
        assert not person.asked
        assert gate.desk.vote(first.ticket, "once", "alex")
        assert gate.decide(call("exec", id="c1", pid=77), session="s", door=door).run
        assert not gate.decide(call("exec", id="c2"), session="s", door=door).run


def test_closing_the_gate_refuses_what_still_waits() -> None:
    absent = Absent()
    with gate_of(Answering("escalate"), absent) as gate:
        verdicts: list[Verdict] = []
        waiting = threading.Thread(target=lambda: verdicts.append(gate.decide(call(), session="s")))
        waiting.start()
        assert absent.asked.wait(5)
        gate.close()
        waiting.join(5)
        assert not verdicts[0].run


def test_an_approval_that_cannot_be_recorded_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    with gate_of(Answering("escalate"), Person("once")) as gate:

        def unwritable(*_: object) -> None:
            raise AuditError("no")

        monkeypatch.setattr("callwarden.audit.entries.vote", unwritable)
        assert refused(gate.decide(call(), session="s"), "gate.audit")


def test_what_a_person_allowed_covers_what_it_starts_and_nothing_new() -> None:
    person, knows = Person("once"), Cause(id="t1", confidence="exact")
    with gate_of(Answering("escalate"), person) as gate:
        gate.decide(call("connect", id="t1", host="host.example", port=22), session="s")

        def effect(host: str, cause: Cause | None = knows) -> Verdict:
            return gate.decide(call("connect", host=host, port=22), session="s", door="egress", cause=cause)

        assert effect("host.example").run
        assert decisions(gate)[-1]["data"]["approval"] == "cause:t1"
        assert not effect("other.example").run
        assert not effect("host.example", cause=Cause(id="t2", confidence="exact")).run
        assert not effect("host.example", cause=Cause(id="t1", confidence="ambiguous")).run
        gate.complete("t1", {}, session="s")
        assert not effect("host.example").run
        assert len(person.asked) == 1


# Observing


@pytest.mark.parametrize("effect", ["deny", "escalate"])
def test_observing_records_what_policy_says_and_lets_it_run(effect: str) -> None:
    with gate_of(Answering(effect), session=Session(id="s", mode="observe")) as gate:
        assert gate.decide(call(), session="s").run
        (record,) = decisions(gate)
        assert (record["effect"], record["data"]["observed"]) == (effect, True)


@pytest.mark.parametrize("rule", ["credentials.leak", "self.files"])
def test_observing_still_refuses_what_must_hold_anyway(rule: str) -> None:
    engine = Answering("deny", finding("deny", rule=rule))
    with gate_of(engine, session=Session(id="s", mode="observe")) as gate:
        assert refused(gate.decide(call(), session="s"), rule)


def test_observing_still_refuses_when_the_gate_fails() -> None:
    observing = Session(id="s", mode="observe")
    with gate_of(Failing(), session=observing) as gate:
        assert refused(gate.decide(call(), session="s"), "gate.engine")
        assert refused(gate.decide(b"{", session="s"), "gate.malformed")
        assert refused(gate.decide(call(session={"team": "red"}), session="s"), "gate.identity")
    with gate_of(session=observing) as gate:
        gate.log.close()
        assert refused(gate.decide(call(), session="s"), "gate.audit")


# The same call again


def test_an_asker_who_lost_the_answer_gets_it_again_without_another_decision() -> None:
    engine = Answering()
    with gate_of(engine) as gate:
        asked = call(id="c1")
        assert gate.decide(asked, session="s") == gate.decide(asked, session="s")
        assert len(engine.documents) == 1


def test_the_same_id_with_another_content_is_refused() -> None:
    with gate_of() as gate:
        gate.decide(call(id="c1", command="ls"), session="s")
        assert refused(gate.decide(call(id="c1", command="rm -r /"), session="s"), "gate.replay")


def test_an_answer_of_the_tool_door_is_none_of_another_door() -> None:
    engine = Answering()
    with gate_of(engine) as gate:
        asked = call(id="c1")
        gate.decide(asked, session="s", door="tool")
        gate.decide(asked, session="s", door="process")
        assert [said["door"] for said in engine.documents] == ["tool", "process"]


def test_a_call_that_has_run_does_not_run_again() -> None:
    with gate_of() as gate:
        gate.decide(call(id="c1"), session="s")
        gate.complete("c1", {"status": 0}, session="s")
        assert refused(gate.decide(call(id="c1"), session="s"), "gate.replay")


def test_two_sessions_may_use_the_same_id() -> None:
    with gate_of() as gate:
        gate.open_session(Session(id="t"))
        assert gate.decide(call(id="c1"), session="s").run
        assert gate.decide(call(id="c1", command="id"), session="t").run


def test_the_same_call_from_many_threads_at_once_is_decided_once() -> None:
    engine = Answering()
    with gate_of(engine) as gate:
        asked, verdicts = call(id="c1"), list[Verdict]()
        threads = [threading.Thread(target=lambda: verdicts.append(gate.decide(asked, session="s"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert len(engine.documents) == 1
        assert len({verdict.record for verdict in verdicts}) == 1


# Results, causes, state


def test_a_result_is_a_second_record_of_the_same_call() -> None:
    with gate_of() as gate:
        verdict = gate.decide(call(id="c1"), session="s")
        gate.complete("c1", {"status": 0, "seconds": 0.5, "ü": None}, session="s")
        (record,) = records(gate.log, "result")
        assert record["call"] == "c1"
        assert record["data"] == {"decision": verdict.record, "result": {"status": 0, "seconds": "0.5", r"\xfc": None}}


@pytest.mark.parametrize("session", ["s", "other"])
def test_only_a_call_under_way_can_be_completed(session: str) -> None:
    with gate_of(Answering("deny")) as gate:
        gate.decide(call(id="c1"), session="s")
        with pytest.raises(UsageError, match="not under way"):
            gate.complete("c1", {}, session=session)


def test_a_result_too_long_for_a_record_is_counted() -> None:
    with gate_of() as gate:
        gate.decide(call(id="c1"), session="s")
        gate.complete("c1", {"text": "x" * 100_000}, session="s")
        assert records(gate.log, "result")[0]["data"]["result"]["omitted_bytes"] > 100_000


def test_an_effect_is_traced_to_the_one_tool_call_under_way() -> None:
    engine = Answering()
    with gate_of(engine) as gate:
        gate.decide(call(id="t1"), session="s")
        gate.decide(call("exec", id="e1"), session="s", door="process")
        assert decisions(gate)[1]["cause"] == {"id": "t1", "confidence": "inferred", "candidates": []}
        assert engine.documents[1]["cause"]["id"] == "t1"
        gate.decide(call(id="t2"), session="s")
        gate.decide(call("exec", id="e2"), session="s", door="process")
        assert decisions(gate)[3]["cause"] == {"id": "", "confidence": "ambiguous", "candidates": ["t1", "t2"]}
        for done in ("t1", "t2"):
            gate.complete(done, {}, session="s")
        gate.decide(call("exec", id="e3"), session="s", door="process")
        assert decisions(gate)[4]["cause"]["confidence"] == "none"


def test_a_process_is_traced_through_its_parents_also_after_the_tool_call_has_ended() -> None:
    with gate_of() as gate:

        def start(name: str, argv: list[str], *ancestry: str) -> dict[str, Any]:
            gate.decide(call("exec", id=name, argv=argv, ancestry=[*ancestry]), session="s", door="process")
            return decisions(gate)[-1]

        agent = start("e1", ["agent", "--run"])
        gate.decide(call(id="t1"), session="s")
        shell = start("e2", ["bash", "-c", "x"], "agent --run")
        gate.complete("t1", {}, session="s")
        gate.decide(call(id="t2"), session="s")
        residue = start("e3", ["nohup", "y"], "bash -c x", "agent --run")
        assert [record["cause"]["id"] for record in (agent, shell, residue)] == ["", "t1", "t1"]
        assert [record["data"].get("parent", "") for record in (agent, shell, residue)] == ["", "e1", "e2"]


def test_what_an_adapter_calls_an_exec_is_no_process_that_others_come_from() -> None:
    with gate_of() as gate:
        gate.decide(call("exec", id="t1", argv=["bash"], pid=7), session="s", door="tool")
        gate.decide(call("exec", id="e1", ancestry=["bash"]), session="s", door="process")
        assert "parent" not in decisions(gate)[-1]["data"]


def test_a_connection_is_traced_to_the_process_that_holds_its_socket() -> None:
    program = "import socket, sys, time; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); time.sleep(30)"
    with gate_of() as gate, socket.create_server(("127.0.0.1", 0)) as listener:
        argv = [sys.executable, "-c", program, str(listener.getsockname()[1])]
        with subprocess.Popen(argv) as child:
            gate.decide(call(id="t1"), session="s")
            gate.decide(call("exec", id="e1", argv=argv, pid=child.pid), session="s", door="process")
            gate.complete("t1", {}, session="s")
            connection, (_, port) = listener.accept()
            gate.decide(call("connect", id="n1"), session="s", door="egress", hint=Hint(port=port))
            gate.decide(call("connect", id="n2"), session="s", door="egress", hint=Hint(port=1))
            child.kill()
            connection.close()
        traced, untraced = decisions(gate)[-2:]
        assert (traced["data"]["parent"], traced["cause"]) == (
            "e1",
            {"id": "t1", "confidence": "inferred", "candidates": []},
        )
        assert ("parent" in untraced["data"], untraced["cause"]["id"]) == (False, "")


def test_a_door_that_knows_the_cause_is_believed_and_a_tool_call_has_none() -> None:
    known = Cause(id="e9", confidence="exact")
    with gate_of() as gate:
        gate.decide(call("connect"), session="s", door="egress", cause=known)
        gate.decide(call(), session="s", door="tool", cause=known)
        assert [record["cause"]["id"] for record in decisions(gate)] == ["e9", ""]


def test_state_counts_the_call_that_is_asked_about() -> None:
    engine = Answering()
    with gate_of(engine) as gate:
        gate.decide(call(), session="s")
        gate.decide(call("exec"), session="s", door="process")
        assert engine.documents[1]["state"]["counters"] == {
            "allow": 1,
            "run": 1,
            "calls": 2,
            "calls_shell": 1,
            "calls_exec": 1,
            "calls_at_tool": 1,
            "calls_at_process": 1,
        }


def test_taint_that_a_result_left_is_seen_by_the_next_decision() -> None:
    engine = Answering()
    with gate_of(engine) as gate:
        gate.decide(call(id="c1"), session="s")
        gate.complete("c1", {"taint": ["read_secret", "invented"]}, session="s")
        gate.decide(call(), session="s")
        assert engine.documents[1]["state"]["taint"] == ["read_secret"]
        assert engine.documents[1]["state"]["epoch"] == 1


# The log around it


def test_a_gate_records_its_start_its_policy_its_sessions_and_its_end(tmp_path: Path) -> None:
    with Gate.open(tmp_path, engine=Answering(), tables={}) as gate:
        gate.open_session(Session(id="s"), unsafe=["network"])
        gate.close_session("s")
    with Reader(tmp_path) as reader:
        found = list(reader.records())
        assert [record["type"] for record in found] == ["system", "policy", "session", "session", "system"]
        assert found[2]["data"]["unsafe"] == ["network"]
        assert found[2]["data"]["session"]["id"] == "s"
        assert all(record["time_ns"] > 0 for record in found)
        assert verify(reader.lines()).intact


def test_a_directory_has_one_gate(tmp_path: Path) -> None:
    with Gate.open(tmp_path, engine=Answering(), tables={}), pytest.raises(AuditLocked):
        Gate.open(tmp_path, engine=Answering(), tables={})


def test_the_text_of_a_call_is_in_the_payload_alone() -> None:
    with gate_of() as gate:
        gate.decide(call(command="echo correct-horse"), session="s")
        with Reader(gate.log.directory) as reader:
            (record,) = (one for one in reader.records() if one["type"] == "decision")
            assert "correct-horse" not in str(record)
            assert b"correct-horse" in (reader.payload(record) or b"")


def test_health_says_what_the_gate_stands_on() -> None:
    with gate_of() as gate:
        health = gate.health()
        assert (health["ok"], health["engine"], health["head"]["seq"]) == (True, "answering", 1)


def test_an_asynchronous_gate_decides_alike() -> None:
    async def decide(gate: Gate) -> list[bool]:
        driver = AsyncGate(gate)
        verdicts = await asyncio.gather(*(driver.decide(call(), session="s") for _ in range(10)))
        await driver.decide(call(id="c1"), session="s")
        await driver.complete("c1", {}, session="s")
        await driver.close()
        return [verdict.run for verdict in verdicts]

    with gate_of() as gate:
        assert asyncio.run(decide(gate)) == [True] * 10


def test_the_helpers_make_a_call_of_every_kind() -> None:
    made: Callable[[str], Any] = testing.call
    assert {made(kind).kind for kind in testing.EXAMPLES} == set(testing.EXAMPLES)
