"""Records as CSV: one row a record, for a spreadsheet. Pure. JSONL is what verifies; this is for reading."""

from __future__ import annotations

from typing import Any

import orjson

COLUMNS = (
    *("seq", "id", "time_ns", "type", "session", "call", "door", "kind", "effect", "run", "rule", "reason"),
    *("cause", "confidence", "programs", "hosts", "engine", "revision", "policy_digest", "micros", "digest", "prev"),
    "data",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins like this (CWE-1236)


def row(record: dict[str, Any]) -> list[str]:
    findings, facts, data = record["findings"], record["facts"], record["data"]
    shown = next((one for one in findings if one["rule"] == data.get("rule")), None) or {}
    values = {
        **record,
        "run": data.get("run", ""),
        "rule": data.get("rule", ""),
        "reason": shown.get("reason", ""),
        "cause": record["cause"].get("id", ""),
        "confidence": record["cause"].get("confidence", ""),
        "programs": " ".join(facts.get("programs", [])),
        "hosts": " ".join(facts.get("hosts", [])),
        "data": orjson.dumps(data).decode(),
    }
    return [_cell(values[column]) for column in COLUMNS]


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
