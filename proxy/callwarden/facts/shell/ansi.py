"""`$'…'`: the escapes of ANSI C, as bash undoes them (its manual, "ANSI-C Quoting")."""

from __future__ import annotations

import re

from callwarden.facts.shell.syntax import Unreadable

_ESCAPE = re.compile(
    r"\\(?:x\{?([0-9A-Fa-f]{1,2})\}?|([0-7]{1,3})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c(.)|(.))", re.DOTALL
)
_NAMED = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def ansi_c(text: str, at: int) -> tuple[str, int]:
    """The value of what stands after `$'`, and the position after its closing quote."""
    end = at
    while end < len(text) and text[end] != "'":
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise Unreadable("a quote that does not end")
    return unescape(text[at:end]), end + 1


def unescape(text: str) -> str:
    """Backslash escapes undone; bytes above 127 are read as UTF-8 where they are, else as Latin-1."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_value, text).partition("\0")[0]


def _value(found: re.Match[str]) -> str:
    hexadecimal, octal, short, long, control, named = found.groups()
    if hexadecimal:
        return chr(int(hexadecimal, 16))
    if octal:
        return chr(int(octal, 8) & 0xFF)
    if short or long:
        number = int(short or long, 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    if control:
        return chr(ord(control) & 0x1F)
    return _NAMED.get(named, named if named in "\\'\"?" else "\\" + named)
