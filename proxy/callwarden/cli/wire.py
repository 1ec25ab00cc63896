"""JSON lines on the way out. A line is always written: half a surrogate pair stands escaped, as JSON permits."""

from __future__ import annotations

import json

import orjson


def line(value: object) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # text that is no UTF-8, which `$'\xff'` in a command makes
        return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
