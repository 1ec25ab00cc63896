"""How random a text looks: support for a credential's form, never a reason on its own."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache

_PIECES = re.compile(r"[_.\-/~+=]+")
_HEX = re.compile(r"[0-9a-f]{16,}|[0-9A-F]{16,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@lru_cache(maxsize=2048)
def entropy(text: str) -> float:
    """Shannon entropy in bits a character; a random hexadecimal text has up to 4, base64 up to 6."""
    size = len(text)
    return -sum(n / size * math.log2(n / size) for n in Counter(text).values()) if size else 0.0


def is_hash(text: str) -> bool:
    """A digest, a commit or a UUID: random, and no secret by itself."""
    return bool(_HEX.fullmatch(text) or _UUID.fullmatch(text))


def is_random(text: str) -> bool:
    """Some piece between separators mixes letters and digits at length; words, versions and paths do not."""
    return any(_mixed(piece) for piece in _PIECES.split(text)) and entropy(text) >= 3.0


def _mixed(piece: str) -> bool:
    digits = sum(character.isdigit() for character in piece)
    return len(piece) >= 8 and 2 <= digits < len(piece)
