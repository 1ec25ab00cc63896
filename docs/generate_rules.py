"""Writes docs/rules/: one page a rule, always the same headings, from the METADATA of the Rego.

    python docs/generate_rules.py [--check]

`--check` writes nothing and ends with 1 where a committed page differs from what the rules say.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
POLICIES = HERE.parent / "policies" / "callwarden"
PAGES = HERE / "rules"

_BLOCK = re.compile(r"((?:^#.*\n)+)((?:^(?!# METADATA).*\n?)*)", re.MULTILINE)
_READS = re.compile(
    r"data\.callwarden\.((?:org|profiles|teams|layers|agents)(?:\.[a-z_]+)*)|settings\.(profile\.[a-z_]+)"
)
_SETTINGS = {"program(": "org.programs", "host(": "org.hosts"}
_EFFECTS = {"allow": "allows", "deny": "denies", "escalate": "asks a person"}


@dataclass(frozen=True)
class Rule:
    """One rule as its METADATA tells it, and the data that its body names."""

    title: str
    description: str
    custom: dict[str, Any]
    reads: tuple[str, ...]

    @property
    def id(self) -> str:
        return str(self.custom["rule"])

    @property
    def family(self) -> str:
        return self.id.partition(".")[0]

    @property
    def page(self) -> str:
        return f"{self.family}/{self.id.partition('.')[2]}.md"


def rules() -> list[Rule]:
    """Every rule of the starter policies, by id."""
    places = [place for place in POLICIES.rglob("*.rego") if not place.name.endswith("_test.rego")]
    return sorted((rule for place in places for rule in _read(place)), key=lambda rule: rule.id)


def _read(place: Path) -> Iterator[Rule]:
    for comment, body in _BLOCK.findall(place.read_text(encoding="utf-8")):
        said = yaml.safe_load(re.sub(r"^# ?", "", comment, flags=re.MULTILINE).partition("METADATA\n")[2])
        if isinstance(said, dict) and "rule" in said.get("custom", {}):
            yield Rule(said["title"], said["description"].strip(), said["custom"], _reads(body, said["custom"]))


def _reads(body: str, custom: dict[str, Any]) -> tuple[str, ...]:
    rule = body.partition("\n}\n")[0]
    named = {org or f"profiles.NAME.{profile.partition('.')[2]}" for org, profile in _READS.findall(rule)}
    named |= {table for call, table in _SETTINGS.items() if f"settings.{call}" in rule}
    return tuple(sorted(named))


def page(rule: Rule) -> str:
    effect = _EFFECTS[rule.custom["effect"]]
    tags = ", ".join(f"`{tag}`" for tag in rule.custom["tags"])
    reads = "\n".join(f"* `data.callwarden.{name}`" for name in rule.reads) or "None; it rests on the facts alone."
    return f"""# `{rule.id}`: {rule.title[0].lower() + rule.title[1:]}

## What it stops, or lets through

{rule.title}.

## Effect

`{rule.custom["effect"]}`: it {effect}.

## Severity

{rule.custom["severity"]}{f" ({tags})" if tags else ""}

## Why

{rule.description}

## What to do

{rule.custom["help"]}

## Data it reads

{reads}
"""


def contents(found: list[Rule]) -> str:
    lines = ["# Rules", "", "Written by `docs/generate_rules.py` from the rules themselves.", ""]
    for family in sorted({rule.family for rule in found}):
        lines += [f"## {family}", "", "| rule | effect | severity | what |", "|---|---|---|---|"]
        lines += [_row(rule) for rule in found if rule.family == family]
        lines.append("")
    return "\n".join(lines)


def _row(rule: Rule) -> str:
    return f"| [`{rule.id}`]({rule.page}) | {rule.custom['effect']} | {rule.custom['severity']} | {rule.title} |"


def pages() -> dict[str, str]:
    """Every page by its path below docs/rules."""
    found = rules()
    return {"README.md": contents(found)} | {rule.page: page(rule) for rule in found}


def differing(expected: dict[str, str]) -> list[str]:
    """The pages that are missing, other than they should be, or of no rule."""
    there = {str(place.relative_to(PAGES)): place.read_text(encoding="utf-8") for place in PAGES.rglob("*.md")}
    return sorted(name for name in there.keys() | expected.keys() if there.get(name) != expected.get(name))


def main() -> int:
    expected = pages()
    stale = differing(expected)
    if "--check" in sys.argv[1:]:
        print("\n".join(f"docs/rules/{name}: run python docs/generate_rules.py" for name in stale))
        return bool(stale)
    for name in stale:
        place = PAGES / name
        if name in expected:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(expected[name], encoding="utf-8")
        else:
            place.unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
