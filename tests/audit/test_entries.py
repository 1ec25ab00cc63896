import orjson
import pytest

from callwarden.audit import entries
from callwarden.audit.record import MAX_PAYLOAD, Parts, canonical
from callwarden.decision import Decision, Effect
from callwarden.engine import bundle
from callwarden.facts import credentials
from callwarden.facts.context import Context
from callwarden.facts.derive import derive
from callwarden.facts.model import Facts, Index, Opaque
from callwarden.testing import EXAMPLES, call, finding

CONTEXT = Context()


def test_every_kind_of_call_makes_a_record_and_a_payload() -> None:
    for kind in EXAMPLES:
        made = call(kind)
        facts = derive(made, CONTEXT)
        decided = Decision(effect=Effect.ALLOW, findings=[finding()])
        parts = entries.decision(decided, facts, session="s", door="tool", context=CONTEXT, call=made, run=True)
        assert canonical({"facts": parts.facts, "findings": parts.findings, "data": parts.data})
        assert orjson.loads(entries.payload(made, facts, CONTEXT).body)["call"]["kind"] == kind


def test_headers_that_carry_secrets_are_masked_by_name() -> None:
    made = call("http", headers={"Authorization": "Basic abc", "Cookie": "a=b", "Accept": "text/html"})
    kept = orjson.loads(entries.payload(made, Facts(), CONTEXT).body)["call"]["headers"]
    assert kept == {"Authorization": "[header]", "Cookie": "[header]", "Accept": "text/html"}


def test_past_the_cap_the_facts_go_first_then_the_end_of_the_text() -> None:
    made = call(command="x" * 40_000)
    long_facts = Facts(parts=["y" * 60_000])
    payload = entries.payload(made, long_facts, CONTEXT)
    assert set(orjson.loads(payload.body)) == {"call"}
    assert payload.bytes > 100_000
    longer = entries.payload(call(command="x" * 100_000), Facts(), CONTEXT)
    assert len(longer.body) == MAX_PAYLOAD
    assert longer.bytes > 100_000


def test_a_secret_stands_masked_whatever_stands_beside_it() -> None:
    tables = bundle.load(None).tables
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    made = call("exec", argv=["git", token, f"https://alex:{token}@example.org/"])
    context = Context(tables=tables)
    payload = entries.payload(made, derive(made, context), context)
    assert token.encode() not in payload.body


def test_two_payloads_of_one_text_have_commitments_of_their_own() -> None:
    made = call()
    first, second = (entries.payload(made, Facts(), CONTEXT) for _ in range(2))
    assert first.commitment != second.commitment


def test_a_call_with_thousands_of_findings_keeps_the_strictest_and_counts_the_rest() -> None:
    findings = [*(finding(part=f"commands/{n}") for n in range(5_000)), finding("deny", rule="the.one")]
    parts = entries.decision(
        Decision(effect=Effect.DENY, findings=findings), Facts(), session="s", door="tool", context=CONTEXT
    )
    assert parts.findings[0]["rule"] == "the.one"
    assert len(parts.findings) == entries.MAX_FINDINGS
    assert parts.data["findings_omitted"] == 5_001 - entries.MAX_FINDINGS


def test_a_summary_holds_names_and_no_text_and_is_bounded() -> None:
    listed = Index(programs={f"program{number}": [number] for number in range(200)}, opaque_places={"argument": [0]})
    text = [Opaque(part="opaque/0", place="argument", reason="it is built at run time", text="secret")]
    summary = entries.summary(Facts(parts=["call"], index=listed, opaque=text))
    assert len(summary["programs"]) == entries.MAX_LISTED
    assert (summary["opaque"], summary["parts"], summary["unparsable"]) == (["argument"], 1, False)
    assert "secret" not in str(summary)


def test_every_text_is_masked_by_pattern_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "mask", lambda text, context: text.replace("hunter2", "[password]"))
    decided = Decision(effect=Effect.DENY, findings=[finding("deny", reason="no hunter2", help="hunter2?")])
    parts = entries.decision(decided, Facts(), session="s", door="tool", context=CONTEXT)
    made = call("function", arguments={"deep": [{"text": "x hunter2"}]})
    facts = Facts(opaque=[Opaque(part="opaque/0", place="text", reason="r", text="hunter2")])
    result = entries.result("s", "c", "r", {"output": "hunter2"}, CONTEXT)
    kept = str(parts) + str(entries.payload(made, facts, CONTEXT)) + str(result)
    assert "hunter2" not in kept
    assert kept.count("[password]") == 5


def test_a_vote_record_says_who_and_what() -> None:
    parts = entries.vote("s", "c1", "t1", "once", "alex")
    assert parts == Parts("vote", session="s", call="c1", data={"ticket": "t1", "choice": "once", "by": "alex"})
