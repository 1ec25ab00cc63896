"""Tools in an audit log that are judged by name alone, because no binding says what they really do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
import yaml

from callwarden.audit.reader import Reader, Record
from callwarden.call import FunctionCall, McpCall, parse
from callwarden.facts import binding


@dataclass(slots=True)
class Seen:
    """One tool: how often it was called and refused, and the arguments of its last call, secrets masked."""

    server: str
    name: str
    calls: int = 0
    refused: int = 0
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.server} {self.name}" if self.server else self.name


def seen(log: Reader) -> list[Seen]:
    """The unbound tools of a log, most called first. A call whose payload was erased or cut can't be attributed."""
    found: dict[tuple[str, str], Seen] = {}
    for record in _by_name(log.records()):
        payload = _payload(log, record)
        if payload is None or payload["facts"]["tool"]["bound"]:
            continue
        call = payload["call"]
        key = (str(call.get("server", "")), str(call.get("tool", call.get("name", ""))))
        tool = found.setdefault(key, Seen(*key))
        tool.calls += 1
        tool.refused += not record["data"].get("run", False)
        tool.arguments = call["arguments"]
    return sorted(found.values(), key=lambda tool: (-tool.calls, tool.title))


def _by_name(records: Iterable[Record]) -> Iterable[Record]:
    return (record for record in records if record["type"] == "decision" and record["kind"] in {"function", "mcp"})


def _payload(log: Reader, record: Record) -> dict[str, Any] | None:
    body = log.payload(record)
    try:
        payload = orjson.loads(body or b"")
    except orjson.JSONDecodeError:
        return None
    return payload if isinstance(payload, dict) and {"call", "facts"} <= payload.keys() else None


def draft(tool: Seen) -> str:
    """A binding as YAML, guessed from the arguments of the last call; `kind` is empty where nothing tells."""
    about = {"server": tool.server, "tool": tool.name} if tool.server else {"name": tool.name}
    call = parse({"id": "draft", "kind": "mcp" if tool.server else "function", **about, "arguments": tool.arguments})
    assert isinstance(call, FunctionCall | McpCall)
    return yaml.safe_dump(binding.draft(call), sort_keys=False)
