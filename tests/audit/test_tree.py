from typing import Any

from callwarden.audit.tree import draw, grow, walk


def decision(call: str, cause: str = "", session: str = "s") -> dict[str, Any]:
    return {"type": "decision", "session": session, "call": call, "cause": {"id": cause}, "data": {}}


def drawn(*records: dict[str, Any]) -> list[str]:
    return list(draw(grow(records), lambda node: node.record.get("call") or node.record["session"]))


def test_each_call_hangs_under_its_cause() -> None:
    assert drawn(decision("a"), decision("b", "a"), decision("c", "b"), decision("d", "a"), decision("e")) == [
        "s",
        "├─ a",
        "│  ├─ b",
        "│  │  └─ c",
        "│  └─ d",
        "└─ e",
    ]


def test_a_process_hangs_under_the_one_it_comes_from() -> None:
    child = decision("c", "a") | {"data": {"parent": "b"}}
    assert drawn(decision("a"), decision("b", "a"), child) == ["s", "└─ a", "   └─ b", "      └─ c"]


def test_a_cause_that_is_not_in_the_log_leaves_a_call_under_its_session() -> None:
    assert drawn(decision("b", "lost")) == ["s", "└─ b"]


def test_a_cause_of_another_session_is_none() -> None:
    assert drawn(decision("a", session="s"), decision("b", "a", session="t")) == ["s", "└─ a", "t", "└─ b"]


def test_a_call_that_names_itself_as_its_cause_stands_under_its_session() -> None:
    assert drawn(decision("a", "a"), decision("a", "a")) == ["s", "└─ a", "   └─ a"]


def test_a_result_belongs_to_its_call() -> None:
    result = {"type": "result", "session": "s", "call": "a"}
    (session,) = grow([decision("a"), result, result | {"call": "other"}])
    assert session.below[0].result == result


def test_a_chain_longer_than_the_stack_is_drawn() -> None:
    records = [decision(f"c{number}", f"c{number - 1}") for number in range(3_000)]
    assert len(drawn(*records)) == 3_001
    assert max(depth for depth, _ in walk(grow(records))) == 3_000
