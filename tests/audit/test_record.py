import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.audit.record import EXACT, GENESIS, Parts, Payload, canonical, commitment, plain, seal

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-EXACT, EXACT) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=126, min_codepoint=32)), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(st.characters(max_codepoint=126, min_codepoint=32)), values))
def test_canonical_bytes_read_back_and_do_not_depend_on_the_order_of_keys(document: dict[str, object]) -> None:
    line = canonical(document)
    assert json.loads(line) == document
    assert canonical(dict(reversed(document.items()))) == line


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), 1 << 63, -(1 << 63), {"ü": 1}, {1: 1}, (1,), {1}, b"x", "\udcff", [[1.5]]]
)
def test_what_has_no_one_form_is_no_record(value: object) -> None:
    with pytest.raises(ValueError, match=r"record|data"):
        canonical({"data": value})


def test_a_bottomless_value_is_no_record() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(ValueError, match="recursion"):
        canonical({"data": value})


@given(st.dictionaries(texts, st.floats() | texts | st.integers() | st.lists(st.floats()), max_size=5))
def test_anything_from_outside_can_be_made_recordable(value: dict[str, object]) -> None:
    assert canonical({"data": plain(value)})


def test_plain_keeps_what_is_exact_and_writes_the_rest_as_text() -> None:
    assert plain({"ok": True, "n": 7, "f": 0.5, "big": 1 << 70, "ü": ("a",), "s": "\udcff"}) == {
        "ok": True,
        "n": 7,
        "f": "0.5",
        "big": str(1 << 70),
        r"\xfc": ["a"],
        "s": r"\udcff",
    }


def test_a_record_has_every_field_of_version_1() -> None:
    record = json.loads(seal(Parts("decision", call="c1"), log="ab", seq=1, prev=GENESIS))
    assert set(record) == {
        *("v", "log", "seq", "id", "prev", "time_ns", "type", "session", "call", "door", "cause", "kind", "digest"),
        *("effect", "findings", "facts", "policy_digest", "revision", "engine", "micros", "payload", "data"),
    }
    assert (record["v"], record["id"], record["payload"]) == (1, "ab.1", {})


def test_a_record_commits_to_its_payload_under_a_salt() -> None:
    payload = Payload(b"ls", b"salt", 2)
    record = json.loads(seal(Parts("decision"), log="ab", seq=1, prev=GENESIS, payload=payload))
    assert record["payload"] == {"commitment": hashlib.sha256(b"saltls").hexdigest(), "bytes": 2}
    assert commitment(b"other", b"ls") != payload.commitment
