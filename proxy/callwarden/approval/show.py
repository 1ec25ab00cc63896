"""A call as a person reads it, with nothing in it that could make the screen lie. Pure."""

from __future__ import annotations

import shlex
import unicodedata
from typing import assert_never

import orjson

from callwarden.call import (
    Call,
    CodeCall,
    ConnectCall,
    DnsCall,
    ExecCall,
    FileCall,
    FunctionCall,
    HttpCall,
    McpCall,
    SampleCall,
    ShellCall,
)

# Control, format (bidi overrides, zero-width), surrogate, private use, unassigned, line and paragraph separators
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
LONGEST = 4_000


def described(call: Call) -> str:  # noqa: C901 - one case a kind
    """What a call will do, in the words of its kind."""
    match call:
        case ShellCall():
            text = call.command
        case ExecCall():
            text = shlex.join(call.argv) if call.argv else str(call.exe)
        case FileCall():
            target = f" → {call.destination}" if call.destination else ""
            text = f"{call.operation} {call.path}{target}{_below(call.content)}"
        case HttpCall():
            text = f"{call.method} {call.url}" + _below(call.body)
        case ConnectCall():
            text = f"{call.protocol} {call.host}:{call.port}"
        case CodeCall():
            text = call.language + _below(call.source)
        case McpCall():
            text = f"{call.server} {call.tool} {_json(call.arguments)}"
        case FunctionCall():
            text = f"{call.name} {_json(call.arguments)}"
        case DnsCall():
            text = f"{call.type} {call.name}"
        case SampleCall():
            text = f"{call.device} {_json(call.values)}"
        case _:
            assert_never(call)
    return text


def safe(text: str, longest: int = LONGEST) -> list[str]:
    """Lines to put on a terminal: what is invisible or moves the cursor stands escaped, what is too long is counted.

    A tab is escaped too: a person must see where a word ends. The middle is left out, so that both ends are seen.
    """
    if len(text) > longest:
        half = longest // 2
        left_out = f"[… {len(text) - 2 * half} characters are not shown; say no unless you know them …]"
        text = f"{text[:half]}\n{left_out}\n{text[-half:]}"
    return ["".join(map(_visible, line)) for line in text.split("\n")]


def _visible(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    return f"\\u{{{ord(character):x}}}" if unicodedata.category(character) in HIDDEN or _odd(character) else character


def _odd(character: str) -> bool:
    """Spaces that are no plain space, and marks that sit on the letter before."""
    return unicodedata.category(character) in {"Zs", "Mn", "Me"}


def _below(text: str | None) -> str:
    return f"\n{text}" if text else ""


def _json(value: object) -> str:
    return orjson.dumps(value, default=str).decode()
