"""Tables compiled once: a bundle's data does not change while it is loaded, and calls come by the thousand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from callwarden.facts.context import Context

MAX_KEPT = 8  # a reload keeps the old bundle alive for the calls that began under it

T = TypeVar("T")
_NOTHING: Mapping[str, Any] = {}


class Compiled(Generic[T]):
    """One table of the context, as `make` compiles it. Kept with the table itself, so that no id is used twice."""

    def __init__(self, name: str, make: Callable[[Mapping[str, Any]], T]) -> None:
        self._name, self._make = name, make
        self._kept: OrderedDict[int, tuple[Mapping[str, Any], T]] = OrderedDict()

    def __call__(self, context: Context) -> T:
        table = context.tables.get(self._name, _NOTHING)
        if not isinstance(table, Mapping):
            raise ValueError(f"the table {self._name} is no mapping")
        kept = self._kept.get(id(table))
        if kept is not None and kept[0] is table:
            return kept[1]
        made = self._make(table)
        self._kept[id(table)] = (table, made)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return made
