"""The schemas in the bundle are what the models say, and OPA's type checker reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from callwarden import testing
from callwarden.call import KINDS, Session
from callwarden.document import document
from callwarden.engine import bundle, schema, selftest
from callwarden.engine.testing import lay
from callwarden.facts.model import Facts


@pytest.mark.parametrize("name", ["input", "answer"])
def test_the_file_in_the_bundle_is_what_the_models_say(name: str) -> None:
    found = (bundle.starter() / "schemas" / f"{name}.json").read_bytes()
    assert found == schema.text(schema.schemas()[name]), "python -m callwarden.engine.schema policies/schemas"


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_document_is_in_the_schema_and_required(kind: str) -> None:
    made = orjson.loads(document(testing.call(kind), Facts(), Session(id="s")))
    told = schema.schemas()["input"]
    told["properties"]["call"] = next(
        each for each in told["properties"]["call"]["anyOf"] if each["properties"]["kind"]["const"] == kind
    )
    _same_shape(made, told)


def _same_shape(value: Any, told: dict[str, Any]) -> None:
    if "properties" in told:
        assert set(value) == set(told["properties"]) == set(told["required"])
        for name, each in told["properties"].items():
            _same_shape(value[name], each)


def test_no_reference_is_left_for_opa_to_follow() -> None:
    assert b"$ref" not in orjson.dumps(schema.schemas())


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ('input.facts.commands[_].programm == "ls"', "undefined ref: input.facts.commands[_].programm"),
        ('input.call.comand == "ls"', "undefined ref: input.call.comand"),
        ("input.session.agnet", "undefined ref: input.session.agnet"),
        ("input.call.body", "undefined ref: input.call.body"),
    ],
)
def test_a_policy_that_reads_what_is_never_there_does_not_compile(tmp_path: Path, condition: str, problem: str) -> None:
    rule = f"package callwarden.rules.typo\n\nfindings contains 1 if {condition}\n"
    root = lay(tmp_path, {"callwarden/rules/typo/typo.rego": rule})
    schema.write(root / "schemas")
    (found,) = selftest.check(bundle.load(root))
    assert problem in found.message
    assert (found.file, found.line) == ("callwarden/rules/typo/typo.rego", 3)


def test_a_policy_may_read_all_that_is_there(tmp_path: Path) -> None:
    rule = """package callwarden.rules.reads

findings contains 1 if {
	some i in input.facts.index.programs.ssh
	input.facts.commands[i].options["-R"][0] == "x"
	input.session.labels.any == "x"
	input.call.arguments.deep.er == 1
	input.state.counters.bytes > 3
}
"""
    root = lay(tmp_path, {"callwarden/rules/reads/reads.rego": rule})
    schema.write(root / "schemas")
    assert selftest.check(bundle.load(root)) == []
