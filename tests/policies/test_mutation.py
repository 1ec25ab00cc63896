"""An input that lacks a field is never judged more mildly than the whole one: it is stricter, or no answer at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from callwarden import golden
from callwarden.decision import Effect
from callwarden.engine import Engine
from callwarden.engine.bundle import Bundle
from callwarden.errors import EngineError

REFUSED = [case for case in golden.load(Path(__file__).parents[1] / "cases") if case.effect is not Effect.ALLOW]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_refusal_stays_one_whatever_is_missing(case: golden.Case, embedded: Engine, starter: Bundle) -> None:
    whole = orjson.loads(case.document(starter.tables))
    milder = [path for path, less in _without_one(whole) if _effect(embedded, less) is Effect.ALLOW]
    assert milder == []


def _without_one(whole: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The document without one of its fields, for each field of it and of its facts."""
    for name in whole:
        yield name, {key: value for key, value in whole.items() if key != name}
    for part in ("facts", "session", "state", "cause", "call"):
        for name in whole[part]:
            rest = {key: value for key, value in whole[part].items() if key != name}
            yield f"{part}.{name}", whole | {part: rest}


def _effect(engine: Engine, document: dict[str, Any]) -> Effect:
    try:
        answer = orjson.loads(engine.evaluate(orjson.dumps(document), deadline=5))
    except EngineError:
        return Effect.DENY
    return Effect(answer["effect"])
