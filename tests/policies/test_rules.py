"""What every rule says about itself: an id of its own family, a reason to act on, and a page."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_rules", ROOT / "docs" / "generate_rules.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look their own module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    return _generator()


def test_the_committed_pages_are_what_the_rules_say(generator: ModuleType) -> None:
    assert generator.differing(generator.pages()) == []


def test_every_rule_has_a_page_of_its_own(generator: ModuleType) -> None:
    ids = [rule.id for rule in generator.rules()]
    assert len(ids) == len(set(ids)) > 90


def test_a_refusal_says_what_to_do(generator: ModuleType) -> None:
    mute = [rule.id for rule in generator.rules() if rule.custom["effect"] != "allow" and len(rule.custom["help"]) < 10]
    assert mute == []


def test_every_set_of_findings_is_annotated(generator: ModuleType) -> None:
    text = [p.read_text() for p in (ROOT / "policies").rglob("*.rego") if not p.name.endswith("_test.rego")]
    written = sum(len(re.findall(r"^(?:findings|_uncovered) contains", each, re.MULTILINE)) for each in text)
    assert written == len(generator.rules())


def test_a_rule_is_of_the_family_it_stands_in() -> None:
    for place in (ROOT / "policies" / "callwarden" / "rules").rglob("*.rego"):
        named = re.findall(r"^#   rule: ([a-z_]+)\.", place.read_text(), re.MULTILINE)
        assert set(named) <= {place.parent.name}, place
