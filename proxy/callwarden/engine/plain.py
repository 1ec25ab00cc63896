"""Data files read so that every reader of YAML agrees on them.

callwarden reads a bundle's data in Python, an OPA server reads the same file in Go, and the two follow different
editions of YAML: `no`, `012`, `1e3` and `2026-01-31` are different values to them. A list that says one thing to one
engine and another to the other is a hole, so a scalar that could be read in two ways is an error that says to quote
it. So are doubled keys (one of them would silently win), anchors and aliases, and tags.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from callwarden.errors import BundleError

MAX_DEPTH = 64  # JSON readers along the way give up between 200 and 10,000; a person at ten

_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")  # within 64 bits, which is what JSON readers share
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_ELSEWHERE = re.compile(  # text to this reader, a number or a date to another
    r"[-+]?[0-9][0-9_]*(\.[0-9_]*)?[eE][-+]?[0-9]+|0o[0-7_]+|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"
)


def read(name: str, content: bytes) -> dict[str, Any]:
    """The mapping in a data file: JSON for a name in `.json` or `.manifest`, else YAML.

    Raises `BundleError` that begins with `name:line`.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BundleError(f"{name}:{_line(content, error.start)}: not UTF-8") from None
    value = _json(name, text) if name.endswith((".json", ".manifest")) else _yaml(name, text)
    if not isinstance(value, dict):
        raise BundleError(f"{name}:1: a data file holds a mapping, this holds {_kind(value)}")
    if not _within(value, MAX_DEPTH):
        raise BundleError(f"{name}:1: nested too deeply")
    return value


def _yaml(name: str, text: str) -> Any:
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return None if node is None else _Reading(name).value(node)
    except yaml.YAMLError as error:
        raise _unreadable(name, error) from None
    except RecursionError:
        raise BundleError(f"{name}:1: nested too deeply") from None


def _unreadable(name: str, error: yaml.YAMLError) -> BundleError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    return BundleError(f"{name}:{mark.line + 1 if mark else 1}: {problem}")


class _Reading:
    """One file's nodes becoming values; a node met twice is an alias."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._met: set[int] = set()

    def value(self, node: Node) -> Any:
        if id(node) in self._met:
            raise self._error(node, "anchors and aliases are not read; write the value out")
        self._met.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node)
        if isinstance(node, SequenceNode):
            self._tagged(node, "seq")
            return [self.value(item) for item in node.value]
        assert isinstance(node, ScalarNode)
        return self._scalar(node)

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        self._tagged(node, "map")
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self.value(key_node)
            if not isinstance(key, str):
                raise self._error(key_node, f"a key is text; quote {key_node.value!r}")
            if key in found:
                raise self._error(key_node, f"the key {key!r} stands here twice")
            found[key] = self.value(value_node)
        return found

    def _scalar(self, node: ScalarNode) -> Any:
        text, kind = str(node.value), str(node.tag).removeprefix(_TAG)
        if kind == "str" and (node.style or not _ELSEWHERE.fullmatch(text)):
            return text
        if kind == "null":
            return None
        if kind == "bool" and text in _WORDS:
            return _WORDS[text]
        if kind == "int" and _INTEGER.fullmatch(text):
            return int(text)
        if kind == "float" and _NUMBER.fullmatch(text):
            return float(text)
        raise self._error(
            node, f"{text!r} is read in more than one way; quote it, or write a plain number or true, false"
        )

    def _tagged(self, node: Node, kind: str) -> None:
        if node.tag != _TAG + kind:
            raise self._error(node, f"tags are not read: {node.tag}")

    def _error(self, node: Node, problem: str) -> BundleError:
        return BundleError(f"{self._name}:{node.start_mark.line + 1}: {problem}")


def _json(name: str, text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise BundleError(f"{name}:{_second(text, key)}: the key {key!r} stands here twice")
            found[key] = value
        return found

    def never(constant: str) -> Any:
        raise BundleError(f"{name}:{_line(text.encode(), text.find(constant))}: {constant} is not JSON")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=never)
    except json.JSONDecodeError as error:
        raise BundleError(f"{name}:{error.lineno}: {error.msg}") from None
    except RecursionError:
        raise BundleError(f"{name}:1: nested too deeply") from None


def _second(text: str, key: str) -> int:
    written = json.dumps(key, ensure_ascii=False)
    return text.count("\n", 0, max(text.rfind(written), 0)) + 1


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, max(position, 0)) + 1


def _within(value: object, depth: int) -> bool:
    below = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return depth > 0 and all(_within(each, depth - 1) for each in below)


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
