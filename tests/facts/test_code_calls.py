"""The table of Python calls: every word in it is one that something acts on."""

from __future__ import annotations

import pytest

from callwarden.facts.code_calls import CALLS, FILES, SCHEMES
from callwarden.facts.code_effects import Effects

WHATS = sorted({effect.what for effects in CALLS.values() for effect in effects})


@pytest.mark.parametrize("what", WHATS)
def test_every_effect_has_one_who_acts_on_it(what: str) -> None:
    assert what in FILES | SCHEMES or callable(getattr(Effects, f"_on_{what}", None))


def test_every_method_that_acts_is_named_by_a_call() -> None:
    handlers = {name.removeprefix("_on_") for name in vars(Effects) if name.startswith("_on_")}
    assert handlers <= set(WHATS)


@pytest.mark.parametrize("name", ["os.system", "open", "socket.socket().connect", "pathlib.Path().unlink", "?.to_csv"])
def test_a_call_says_which_argument_matters(name: str) -> None:
    assert all(effect.place >= -1 for effect in CALLS[name])
