"""What a word can be at run time, as far as the text says."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN, TAME, KNOWN = 0, 1, 2  # tame: not known, but one harmless word (a number, a date, a temporary name)


@dataclass(frozen=True, slots=True)
class Value:
    """`text` is as it will be, or as written where that can't be known; `path` has a `*` for each tame piece."""

    text: str
    sure: int = KNOWN
    glob: bool = False
    path: str = ""

    @property
    def known(self) -> bool:
        return self.sure == KNOWN

    @property
    def as_path(self) -> str:
        return self.path or self.text


def literal(text: str) -> Value:
    return Value(text)
