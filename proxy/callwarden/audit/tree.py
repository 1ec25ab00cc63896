"""The log as a tree: session, call, process, connection, request, each under what caused it. Pure.

A session opens it. A call stands under the process it comes from, else under its cause; what may have come from several
calls stands under the session and says so. A result is shown with the call it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


@dataclass(slots=True)
class Node:
    """A session or a call, with what it caused."""

    record: Record
    result: Record | None = None
    below: list[Node] = field(default_factory=list)


def grow(records: Iterable[Record]) -> list[Node]:
    """The sessions of a log, in order; calls of a session that the log does not open stand under one made for it."""
    sessions: dict[str, Node] = {}
    calls: dict[tuple[str, str], Node] = {}
    for record in records:
        name = record["session"]
        match record["type"]:
            case "session":
                sessions.setdefault(name, Node(record))
            case "decision":
                session = sessions.setdefault(name, Node({"type": "session", "session": name, "data": {}}))
                node = Node(record)
                above = record["data"].get("parent") or record["cause"].get("id", "")
                (calls.get((name, above)) or session).below.append(node)
                calls.setdefault((name, record["call"]), node)
            case "result":
                if call := calls.get((name, record["call"])):
                    call.result = record
    return list(sessions.values())


def walk(nodes: Iterable[Node]) -> Iterator[tuple[int, Node]]:
    """Every node with its depth, each before what it caused. No recursion: a chain may be longer than the stack."""
    waiting = [(0, node) for node in reversed(list(nodes))]
    while waiting:
        depth, node = waiting.pop()
        yield depth, node
        waiting += [(depth + 1, child) for child in reversed(node.below)]


def draw(nodes: Iterable[Node], line: Callable[[Node], str]) -> Iterator[str]:
    """Every node on a line of its own, `line` saying what stands there."""
    for node in nodes:
        yield line(node)
        yield from _below(node, line, "")


def _below(node: Node, line: Callable[[Node], str], indent: str) -> Iterator[str]:
    waiting = [(child, indent, child is node.below[-1]) for child in reversed(node.below)]
    while waiting:
        child, indent, last = waiting.pop()
        yield f"{indent}{'└─' if last else '├─'} {line(child)}"
        deeper = indent + ("   " if last else "│  ")
        waiting += [(below, deeper, below is child.below[-1]) for below in reversed(child.below)]
