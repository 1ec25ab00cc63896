"""A request body as the text that is judged. Pure."""

from __future__ import annotations

import zlib

LIMIT = 1 << 20  # bytes; docs/architecture.md: held and judged whole
CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), "�")
_WINDOW = zlib.MAX_WBITS | 32  # zlib or gzip, whichever it is


def readable(raw: bytes, encoding: str) -> str:
    """Unpacked, as UTF-8 or else a character a byte; control characters, which JSON writes sixfold, are replaced.

    Raises `ValueError` for an encoding that can't be undone here, and for what unpacks to more than `LIMIT`.
    """
    plain = _unpacked(raw, encoding.strip().lower())
    try:
        text = plain.decode()
    except UnicodeDecodeError:
        text = plain.decode("latin-1")
    return text.translate(CONTROLS)


def _unpacked(raw: bytes, encoding: str) -> bytes:
    if encoding in {"", "identity"}:
        return raw
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise ValueError(f"a body with Content-Encoding {encoding[:32]!r} can't be read")
    unpacker = zlib.decompressobj(_WINDOW)
    try:
        plain = unpacker.decompress(raw, LIMIT + 1)
    except zlib.error:
        raise ValueError(f"a body that says Content-Encoding {encoding!r} is not that") from None
    if len(plain) > LIMIT:
        raise ValueError(f"a body that unpacks to more than {LIMIT} bytes can't be judged whole")
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError(f"a body that says Content-Encoding {encoding!r} is not whole")
    return plain
