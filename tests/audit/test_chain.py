import json
from itertools import pairwise

import pytest

from callwarden.audit.chain import Head, Line, lines, verify
from callwarden.audit.record import GENESIS, Parts, canonical, hashed, seal


def chain(count: int, log: str = "ab") -> list[Line]:
    made, prev = list[Line](), GENESIS
    for seq in range(1, count + 1):
        line = seal(Parts("decision", call=f"c{seq}"), log=log, seq=seq, prev=prev)
        prev = hashed(line)
        made.append(Line(line, prev))
    return made


def edited(line: Line, **changes: object) -> bytes:
    return canonical(json.loads(line.bytes) | changes)


def test_an_untouched_log_verifies_and_says_its_head() -> None:
    log = chain(5)
    report = verify(log)
    assert (report.intact, report.records, report.log, report.head) == (True, 5, "ab", Head(5, log[-1].hash))


def test_each_record_holds_the_hash_of_the_one_before() -> None:
    assert all(json.loads(later.bytes)["prev"] == hashed(earlier.bytes) for earlier, later in pairwise(chain(4)))


def test_an_empty_log_verifies() -> None:
    assert verify([]).head == Head()


@pytest.mark.parametrize("place", [1, 3, 5])
def test_an_edited_record_is_found_at_its_place(place: int) -> None:
    log = chain(5)
    log[place - 1] = Line(edited(log[place - 1], effect="allow"), log[place - 1].hash)
    broken = verify(log).broken
    assert broken
    assert (broken.seq, broken.fault) == (place, "edit")


def test_in_an_export_an_edit_shows_at_the_link_after_it() -> None:
    log = [Line(line.bytes) for line in chain(5)]
    log[2] = Line(edited(log[2], effect="allow"))
    broken = verify(log).broken
    assert broken
    assert (broken.seq, broken.fault) == (4, "edit")


def test_an_edit_with_its_hash_made_anew_shows_at_the_link_after_it() -> None:
    log = chain(5)
    forged = edited(log[2], effect="allow")
    log[2] = Line(forged, hashed(forged))
    broken = verify(log).broken
    assert broken
    assert (broken.seq, broken.fault) == (4, "edit")


@pytest.mark.parametrize(
    ("order", "seq", "fault"),
    [
        ([0, 1, 3, 4], 3, "gap"),
        ([1, 2], 1, "gap"),
        ([0, 2, 1, 3], 2, "gap"),
        ([0, 1, 1, 2], 3, "reorder"),
    ],
)
def test_a_missing_or_moved_record_is_found_at_its_place(order: list[int], seq: int, fault: str) -> None:
    log = chain(5)
    broken = verify([log[position] for position in order]).broken
    assert broken
    assert (broken.seq, broken.fault) == (seq, fault)


def test_a_record_of_another_log_is_foreign() -> None:
    broken = verify([*chain(2), chain(3, log="cd")[2]]).broken
    assert broken
    assert broken.fault == "foreign"


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b'{"seq":1,"prev":"","log":3}', b"[" * 5000, b"\xff"])
def test_what_is_no_record_is_an_edit(text: bytes) -> None:
    broken = verify([Line(text)]).broken
    assert broken
    assert broken.fault == "edit"


def test_the_same_record_in_other_bytes_is_an_edit() -> None:
    line = chain(1)[0]
    broken = verify([Line(json.dumps(json.loads(line.bytes)).encode())]).broken
    assert broken
    assert broken.fault == "edit"


def test_a_cut_tail_shows_only_against_a_head_that_was_noted() -> None:
    log = chain(5)
    noted = Head(5, log[-1].hash)
    assert verify(log[:3]).intact
    broken = verify(log[:3], noted).broken
    assert broken
    assert (broken.seq, broken.fault) == (4, "cut")


def test_a_log_written_anew_shows_only_against_a_head_that_was_noted() -> None:
    log = chain(5)
    forged = edited(log[4], effect="allow")
    anew = [*log[:4], Line(forged, hashed(forged))]
    assert verify(anew).intact
    broken = verify(anew, Head(5, log[4].hash)).broken
    assert broken
    assert (broken.seq, broken.fault) == (5, "rewritten")


def test_a_log_that_grew_after_its_head_was_noted_verifies() -> None:
    log = chain(5)
    assert verify(log, Head(3, log[2].hash)).intact


def test_an_export_verifies_line_by_line() -> None:
    text = [line.bytes + b"\n" for line in chain(3)]
    assert verify(lines([*text, b"\n"])).records == 3
