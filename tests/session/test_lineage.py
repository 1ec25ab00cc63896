import pytest

from callwarden.document import Cause
from callwarden.session import lineage
from callwarden.session.lineage import Lineage, Started, inherited, line

UNSURE = Cause(confidence="ambiguous", candidates=["t1", "t2"])


def test_the_nearest_parent_that_is_known_counts_and_of_equal_ones_the_latest() -> None:
    known = Lineage()
    for number, argv in enumerate((["agent"], ["sh", "-c", "x"], ["sh", "-c", "x"])):
        known.started(argv, number + 100, Started(f"e{number}", Cause()))
    parent = known.parent(["make all", "sh -c x", "agent"])
    assert parent
    assert parent.call == "e2"
    assert known.parent(["unknown"]) is None
    assert known.parent([]) is None


def test_a_process_that_only_forked_is_its_parents() -> None:
    known = Lineage()
    known.started(["agent"], 10, Started("e1", Cause()))
    known.started(["curl"], 11, Started("e2", Cause()))
    found = known.process([99, 10, 11])
    assert found
    assert found.call == "e1"
    assert known.process([]) is None
    assert known.numbers() == [11, 10]


def test_a_long_line_is_cut_as_ancestry_is() -> None:
    assert line(["x" * 300]) == "x" * 255 + "…"
    assert line(["a"] * 100) == " ".join(["a"] * 64)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineage, "KEPT", 1)
    known = Lineage()
    known.started(["a"], 7, Started("e1", Cause()))
    known.started(["b"], 8, Started("e2", Cause()))
    assert known.parent(["a"]) is None
    assert known.process([7]) is None
    assert known.numbers() == [8]


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (Cause(), None),
        (Cause(id="t1", confidence="exact"), Cause(id="t1", confidence="inferred")),
        (
            Cause(confidence="ambiguous", candidates=["t1", "t2"]),
            Cause(confidence="ambiguous", candidates=["t1", "t2"]),
        ),
    ],
)
def test_what_is_inherited_is_never_exact(cause: Cause, expected: Cause | None) -> None:
    assert inherited(Started("e1", cause)) == expected


def test_without_a_parent_nothing_is_inherited() -> None:
    assert inherited(None) is None
