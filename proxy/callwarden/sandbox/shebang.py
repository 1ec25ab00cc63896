"""How Linux reads the first line of a script (fs/binfmt_script.c, `load_script`). Pure."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = 256  # BINPRM_BUF_SIZE: what is behind it the kernel does not see
_BLANK = b" \t"
_END = b" \t\0"


@dataclass(frozen=True)
class Shebang:
    interpreter: bytes
    argument: bytes | None


def read(head: bytes) -> Shebang | None:
    """The interpreter and its one optional argument; None where the kernel would not take the file for a script."""
    if not head.startswith(b"#!"):
        return None
    line = _line(head[:HEAD].ljust(HEAD, b"\0"))
    name_at = _first_not(line, _BLANK, 0)
    if name_at == len(line):
        return None
    name_end = _first_of(line, _END, name_at)
    interpreter = line[name_at:name_end]
    if not interpreter:
        return None
    return Shebang(interpreter, _argument(line, name_end))


def _line(padded: bytes) -> bytes:
    """After `#!` up to the newline, or to the last byte seen where a word ends before it; empty: no script."""
    newline = padded.find(b"\n")
    if newline >= 0:
        return padded[2:newline].rstrip(_BLANK)
    line = padded[2 : HEAD - 1]
    name_at = _first_not(line, _BLANK, 0)
    return line.rstrip(_BLANK) if _first_of(line, _END, name_at) < len(line) else b""


def _argument(line: bytes, name_end: int) -> bytes | None:
    if name_end == len(line) or line[name_end] == 0:
        return None
    start = _first_not(line, _BLANK, name_end)
    return line[start:].partition(b"\0")[0] if start < len(line) else None


def _first_not(text: bytes, skipped: bytes, start: int) -> int:
    return next((at for at in range(start, len(text)) if text[at] not in skipped), len(text))


def _first_of(text: bytes, wanted: bytes, start: int) -> int:
    return next((at for at in range(start, len(text)) if text[at] in wanted), len(text))
