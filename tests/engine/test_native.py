"""The bridge's edge: whatever is handed over, something readable comes back and the process lives."""

from __future__ import annotations

from contextlib import suppress

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwarden.engine import native
from callwarden.engine.native import Problem, Refused


def test_it_is_the_opa_that_go_mod_names() -> None:
    assert native.bridge().version()["opa"] == "1.22.2"


@pytest.mark.parametrize("handle", [0, 1 << 40, (1 << 64) - 1])
def test_a_handle_that_nobody_gave_out_is_refused(handle: int) -> None:
    with pytest.raises(Refused, match="no bundle has the handle"):
        native.bridge().evaluate(handle, b"{}", 1000)
    native.bridge().release(handle)


BROKEN = (
    b"",
    b"[]",
    b"1",
    b'{"modules": 1}',
    b'{"modules": {"a.rego": 1}}',
    b'{"modules": {"a.rego": ""}}',
    b'{"data": []}',
    b'{"roots": "x"}',
    b"\xff\0",
)


@pytest.mark.parametrize("bundle", BROKEN)
@pytest.mark.parametrize("use", ["check", "load", "test"])
def test_a_bundle_of_another_shape_is_refused(bundle: bytes, use: str) -> None:
    more = ("", False) if use == "test" else ()
    with pytest.raises(Refused) as caught:
        getattr(native.bridge(), use)(bundle, *more)
    assert all(problem.code and problem.message for problem in caught.value.problems)


@settings(deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_end_the_process(bundle: bytes, document: bytes) -> None:
    for use in (lambda: native.bridge().check(bundle), lambda: native.bridge().evaluate(1 << 40, document, 10)):
        with pytest.raises(Refused):
            use()


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet='pckage.x[]{}:=if contains"\n \t_#%`some in1', max_size=60))
def test_no_module_ends_the_process(text: str) -> None:
    bundle = {"modules": {"a.rego": f"package callwarden.a\n{text}"}, "roots": ["callwarden"]}
    with suppress(Refused):
        native.bridge().check(orjson.dumps(bundle))


def test_a_problem_reads_as_a_place_and_a_sentence() -> None:
    assert str(Problem("code", "is wrong", "a.rego", 3)) == "a.rego:3: is wrong"
    assert str(Problem("code", "is wrong")) == "is wrong"
