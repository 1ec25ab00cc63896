"""Credentials: where secrets stand in a text, by patterns kept as data; and the text with them masked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from callwarden.facts import randomness
from callwarden.facts.compiled import Compiled
from callwarden.facts.context import Context
from callwarden.facts.model import Credential

MAX_FOUND = 256  # more than anybody needs to refuse a text
SECRET_SIZE = (16, 512)

Span = tuple[int, int, str]
Words = tuple[str, ...]

_VALUE = re.compile(r"[A-Za-z0-9+/._~-]{14,}={0,2}")
# What may stand between a name and its value: `=`, `:`, `=>`, `||`, `,` with quotes and spaces around it
_BEFORE = frozenset("='\"`,:>| \t\n")
_SEPARATORS = re.compile(r"[\n;&{}()]")
_ASSIGNS = re.compile(r"['\"\s`]{0,3}(?:=>|[:?]{0,3}=|>|:|\|\||,)['\"\s`=]{0,6}$")


class Rule:
    __slots__ = ("entropy", "expression", "keywords", "name")

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.name = str(entry["name"])
        self.expression = re.compile(entry["pattern"])
        self.keywords = tuple(str(keyword).lower() for keyword in entry["keywords"])
        self.entropy = float(entry.get("entropy", 3.0))


class Table:
    """The `secrets` table, compiled."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        names = data.get("names", {})
        self._rules: dict[str, list[Rule]] = {}
        for entry in data.get("patterns", ()):
            rule = Rule(entry)
            for keyword in rule.keywords:
                self._rules.setdefault(keyword, []).append(rule)
        self.strong = (*names.get("strong", ()), *names.get("services", ()))
        self.weak = tuple(names.get("weak", ()))
        self.exempt = tuple(names.get("except", ()))
        self.placeholders = tuple(str(word).lower() for word in data.get("placeholders", ()))

    def standing(self, folded: str) -> list[Rule]:
        """The rules that a text (in lower case) may match: most texts have none of the keywords, and cost nothing."""
        return list(dict.fromkeys(r for keyword, rules in self._rules.items() if keyword in folded for r in rules))

    def placeholder(self, secret: str) -> bool:
        """It stands for a secret: `xxxx`, `<token>`, `${TOKEN}`, EXAMPLE, or one character over and over."""
        folded = secret.lower()
        return secret[:1] in "<${%" or secret.endswith("...") or any(word in folded for word in self.placeholders)


table = Compiled("secrets", Table)


def find(text: str, place: str, context: Context) -> list[Credential]:
    """Where credentials stand in a text, in order and without overlaps."""
    return [Credential(kind=kind, place=place, start=start, end=end) for start, end, kind in _spans(text, context)]


def mask(text: str, context: Context) -> str:
    """The text with each secret replaced by `[kind]`. What is recorded passes through here."""
    done, masked = 0, []
    for start, end, kind in _spans(text, context):
        masked += [text[done:start], f"[{kind}]"]
        done = end
    return "".join([*masked, text[done:]])


def _spans(text: str, context: Context) -> list[Span]:
    tables = table(context)
    folded = text.lower()
    found = [span for rule in tables.standing(folded) for span in _by_form(rule, text, tables)]
    found += _by_name(text, folded, tables)
    kept: list[Span] = []
    for span in sorted(found, key=lambda s: (s[0], -s[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept[:MAX_FOUND]


def _by_form(rule: Rule, text: str, tables: Table) -> Iterator[Span]:
    for match in rule.expression.finditer(text):
        group = match.lastindex or 0
        secret = match[group]
        exempt = rule.entropy > 0 and tables.placeholder(secret)
        if not exempt and randomness.entropy(secret) >= rule.entropy:
            yield (match.start(), match.end(), rule.name)


def _by_name(text: str, folded: str, tables: Table) -> Iterator[Span]:
    """Random values by what they are assigned to: `api_key = "…"`, `"token": "…"`, `X-Auth-Key: …`."""
    strong, weak = (tuple(word for word in words if word in folded) for words in (tables.strong, tables.weak))
    if not strong and not weak:
        return
    for match in _VALUE.finditer(text):
        start, value = match.start(), match[0]
        if not SECRET_SIZE[0] <= len(value) <= SECRET_SIZE[1] or text[start - 1 : start] not in _BEFORE:
            continue
        assigned = _ASSIGNS.search(text, max(0, start - 10), start)
        if assigned and randomness.is_random(value) and not tables.placeholder(value):
            name = _SEPARATORS.split(folded[max(0, assigned.start() - 60) : assigned.start()])[-1]
            if _names_secret(name, value, tables.exempt, strong, weak):
                yield (start, match.end(), "named_secret")


def _names_secret(name: str, value: str, exempt: Words, strong: Words, weak: Words) -> bool:
    if any(word in name for word in exempt):
        return False
    if any(word in name for word in strong):
        return True
    unlike = not randomness.is_hash(value) and randomness.entropy(value) >= 3.5
    return unlike and any(word in name for word in weak)
