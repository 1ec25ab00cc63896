"""OPA in process: it answers, or says why it does not; it never answers late, twice or from another process."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callwarden.engine import bundle, embedded, open_engine
from callwarden.engine.embedded import Embedded
from callwarden.engine.testing import SMALL, document, lay
from callwarden.errors import BundleError, EngineError, EngineTimeout

SHELL = "callwarden/rules/shell/shell.rego"
# Quadratic in what it counts, and every step looks at the deadline: minutes, if nobody ends it.
SLOW = """package callwarden.rules.slow

findings contains {"rule": "slow.slow", "effect": "deny", "reason": "slow"} if {
	input.kind == "slow"
	count([1 | some x in numbers.range(1, 100000); some y in numbers.range(1, 100000); x + y == 0]) > 0
}
"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["kind", "facts", "commands"]), inner),
)


def engine(root: Path, changes: dict[str, str | None] | None = None) -> Embedded:
    return Embedded(bundle.load(lay(root, changes)))


def effect(answer: bytes) -> str:
    return str(orjson.loads(answer)["effect"])


def test_it_answers_as_the_policies_say(tmp_path: Path) -> None:
    running = engine(tmp_path)
    assert effect(running.evaluate(document("ls", "cat"), deadline=5)) == "allow"
    assert effect(running.evaluate(document("rm"), deadline=5)) == "deny"
    assert effect(running.evaluate(document("ls", kind="odd"), deadline=5)) == "deny"
    assert orjson.loads(running.evaluate(document("ls"), deadline=5))["findings"][0]["rule"] == "shell.ordinary"


# Equations that must not be moved below what needs them: `y` is bound by `x = y` alone.
ALIASED = """package callwarden.rules.aliased

# METADATA
# custom: {rule: aliased.aliased}
findings contains {"rule": rule.custom.rule, "effect": "deny", "part": "call", "reason": reason} if {
	rule := rego.metadata.rule()
	x := input.kind
	x = y
	startswith(y, "al")
	{"name": z} = {"name": rule.custom.rule}
	reason := sprintf("%s %s", [y, z])
	rule.custom.rule != x
}
"""


def test_a_rule_means_the_same_wherever_its_name_is_looked_at(tmp_path: Path) -> None:
    running = engine(tmp_path, {"callwarden/rules/aliased/aliased.rego": ALIASED})
    found = orjson.loads(running.evaluate(document("ls", kind="alias"), deadline=5))["findings"]
    assert {each["rule"]: each["reason"] for each in found if each["effect"] == "deny"} == {
        "aliased.aliased": "alias aliased.aliased"
    }
    assert effect(running.evaluate(document("ls", kind="other"), deadline=5)) == "allow"


def test_it_says_which_policies_it_runs(tmp_path: Path) -> None:
    loaded = bundle.load(lay(tmp_path))
    running = open_engine("embedded", loaded)
    assert (running.name, running.policy_digest, running.revision) == ("embedded", loaded.digest, "small-1")


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("findings contains 1 if to_number(input.kind) > 1", "to_number"),
        (
            "findings contains 1 if 1 / count(input.facts.none) > 0\n\nfindings contains 2 if 1 / (1 - 1) > 0",
            "divide by zero",
        ),
        ("findings := {1} if input.kind\n\nfindings := {2} if input.facts", "conflict|multiple outputs"),
    ],
)
def test_a_built_in_that_fails_and_rules_that_contradict_are_errors(tmp_path: Path, rule: str, problem: str) -> None:
    running = engine(tmp_path, {"callwarden/rules/bad/bad.rego": f"package callwarden.rules.bad\n\n{rule}\n"})
    with pytest.raises(EngineError, match=rf"callwarden/rules/bad/bad.rego:\d+: .*({problem})"):
        running.evaluate(document("ls"), deadline=5)


def test_an_undefined_answer_is_an_error(tmp_path: Path) -> None:
    decision = 'package callwarden.decision\n\nanswer := {"effect": "allow"} if input.never\n'
    running = engine(tmp_path, {"callwarden/decision/decision.rego": decision})
    with pytest.raises(EngineError, match=r"data\.callwarden\.decision\.answer is undefined"):
        running.evaluate(document("ls"), deadline=5)


def test_a_bundle_without_the_entrypoint_gives_no_answer(tmp_path: Path) -> None:
    running = engine(tmp_path, {"callwarden/decision/decision.rego": None})
    with pytest.raises(EngineError, match="undefined"):
        running.evaluate(document("ls"), deadline=5)


def test_a_slow_policy_is_ended_at_its_deadline_and_hurts_no_other_call(tmp_path: Path) -> None:
    running = engine(tmp_path, {"callwarden/rules/slow/slow.rego": SLOW})
    with pytest.raises(EngineTimeout, match="past its deadline"):
        running.evaluate(document("ls", kind="slow"), deadline=0.05)
    assert effect(running.evaluate(document("ls"), deadline=5)) == "allow"


@pytest.mark.parametrize("deadline", [0.0, -1.0])
def test_a_deadline_that_has_passed_is_a_timeout(tmp_path: Path, deadline: float) -> None:
    with pytest.raises(EngineTimeout):
        engine(tmp_path).evaluate(document("ls"), deadline=deadline)


@pytest.mark.parametrize("text", [b"", b"{", b'{"kind": "shell"} x', b"\xff", b'{"a": NaN}', b"[" * 100_000, b"\0"])
def test_what_is_not_json_is_an_error(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(EngineError, match="not JSON"):
        engine(tmp_path).evaluate(text, deadline=5)


def test_a_document_out_of_all_proportion_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "MAX_DOCUMENT", 10)
    with pytest.raises(EngineError, match="larger than"):
        engine(tmp_path).evaluate(document("ls"), deadline=5)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    return engine(tmp_path_factory.mktemp("shared"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_at_all_are_an_allow(shared: Embedded, text: bytes) -> None:
    try:
        assert effect(shared.evaluate(text, deadline=5)) == "deny"
    except EngineError:
        with pytest.raises(orjson.JSONDecodeError):
            orjson.loads(text)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_no_json_of_another_shape_is_an_allow(shared: Embedded, value: object) -> None:
    try:
        text = orjson.dumps(value)
    except TypeError:  # an integer or a text that JSON does not carry
        return
    assert effect(shared.evaluate(text, deadline=5)) == "deny"


def test_many_threads_get_each_their_own_answer(shared: Embedded) -> None:
    programs = ["ls", "rm", "cat", "dd"] * 100
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda program: effect(shared.evaluate(document(program), deadline=30)), programs))
    assert answers == ["allow", "deny", "allow", "deny"] * 100


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({SHELL: "package callwarden.rules.shell\n\nfindings contains x if {\n"}, r"shell.rego:4: "),
        ({SHELL: SMALL[SHELL] + "\nx if y\n"}, r"shell.rego:\d+: var y is unsafe"),
        ({SHELL: SMALL[SHELL] + "\nimport data.foo\n"}, r"shell.rego:\d+: import data.foo unused"),
        ({"callwarden/rules/a/a.rego": ""}, r"a.rego:1: "),
        (
            {"callwarden/rules/a/a.rego": "package elsewhere\n"},
            r"a.rego:1: package data.elsewhere is outside the roots",
        ),
        ({"callwarden/rules/a/a.rego": "package callwarden.org\n\nallowed := 1\n"}, r"a.rego:3: conflict"),
    ],
)
def test_a_bundle_that_does_not_compile_is_refused_with_a_place(
    tmp_path: Path, changes: dict[str, str | None], problem: str
) -> None:
    with pytest.raises(BundleError, match=problem):
        engine(tmp_path, changes)


@pytest.mark.parametrize(
    "call",
    [
        'http.send({"method": "GET", "url": "http://127.0.0.1/"})',
        'net.lookup_ip_addr("localhost")',
        "opa.runtime()",
        'rand.intn("x", 10)',
        'uuid.rfc4122("x")',
        "bits.lsh(1, 10000000000)",
        'json.match_schema({}, {"$ref": "http://127.0.0.1/"})',
    ],
)
def test_a_policy_that_reaches_out_rolls_dice_or_never_ends_does_not_compile(tmp_path: Path, call: str) -> None:
    rule = f"package callwarden.rules.out\n\nfindings contains x if x := {call}\n"
    with pytest.raises(BundleError, match=r"out.rego:3: .* is switched off"):
        engine(tmp_path, {"callwarden/rules/out/out.rego": rule})


def test_the_clock_stays_because_entries_expire(tmp_path: Path) -> None:
    rule = "package callwarden.rules.now\n\nfindings contains 1 if time.now_ns() < 0\n"
    assert (
        effect(engine(tmp_path, {"callwarden/rules/now/now.rego": rule}).evaluate(document("ls"), deadline=5))
        == "allow"
    )


def test_a_layer_whose_package_is_not_its_folders_is_refused_by_the_compiler_too(tmp_path: Path) -> None:
    name = "callwarden/layers/user/rules/shell/mine.rego"
    with pytest.raises(BundleError, match=r"mine.rego:1: a layer's rules are in the package of their folder"):
        engine(tmp_path, {name: "package callwarden.rules.shell\n"})


def test_a_new_bundle_takes_the_place_of_the_old_for_every_later_call(tmp_path: Path) -> None:
    running = engine(tmp_path / "old")
    before = running.pinned()
    new = bundle.load(lay(tmp_path / "new", {"callwarden/org/data.yaml": "allowed: [ls, vi]\n"}))
    running.swap(new)
    assert running.policy_digest == new.digest
    assert effect(running.evaluate(document("vi"), deadline=5)) == "allow"
    assert effect(before.evaluate(document("vi"), deadline=5)) == "deny", "a decision under way keeps its policies"
    assert before.policy_digest != new.digest


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({SHELL: "package callwarden.rules.shell\n\nfindings contains x if {\n"}, r"shell.rego:4"),
        ({"callwarden/org/data.yaml": "allowed: [rm]\n"}, r"fails its own test data.callwarden.rules.shell_test"),
    ],
)
def test_a_bad_bundle_is_refused_and_the_last_good_one_stays(
    tmp_path: Path, changes: dict[str, str | None], problem: str
) -> None:
    running = engine(tmp_path / "old")
    before = running.policy_digest
    with pytest.raises(BundleError, match=problem):
        running.swap(bundle.load(lay(tmp_path / "new", changes)))
    assert running.policy_digest == before
    assert effect(running.evaluate(document("ls"), deadline=5)) == "allow"


def test_swapping_under_load_loses_no_call(tmp_path: Path) -> None:
    bundles = [
        bundle.load(lay(tmp_path / name, {"callwarden/bundle/data.yaml": f"revision: {name}\n"})) for name in "ab"
    ]
    running, stop, seen, failed = Embedded(bundles[0]), threading.Event(), set(), []

    def ask() -> None:
        while not stop.is_set():
            try:
                seen.add(orjson.loads(running.evaluate(document("ls"), deadline=30))["revision"])
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(6):
        running.swap(bundles[(turn + 1) % 2])
    stop.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert seen == {"a", "b"}


def test_a_closed_engine_answers_nothing(tmp_path: Path) -> None:
    running = engine(tmp_path)
    running.close()
    with pytest.raises(EngineError, match="closed"):
        running.evaluate(document("ls"), deadline=5)


def _ask_in_a_fork(running: Embedded, pipe: object) -> None:
    try:
        running.evaluate(document("ls"), deadline=5)
    except EngineError as error:
        pipe.send(str(error))  # type: ignore[attr-defined]
    os._exit(0)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_is_told_why_instead_of_hanging(shared: Embedded) -> None:
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=_ask_in_a_fork, args=(shared, theirs))
    child.start()
    assert ours.poll(20), "the child hangs"
    assert "Go does not survive a fork" in ours.recv()
    child.join(20)
    assert child.exitcode == 0
