"""The option table, compiled: what a program's options and operands mean. The format is described in its data.yaml."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

_KINDS_TEXT = """
    flag value read write append create delete list move chmod link execute host url listen forward
    remote command argv program environment at-read setting script ignore rest directory workdir
    words form volume socat dns bucket repository archive mount module
"""
KINDS = frozenset(_KINDS_TEXT.split())
STYLES = frozenset({"gnu", "single", "none", "pairs", "old"})
_KEYS_TEXT = """
    flags options operands when subcommands actions style open like names stdin output settings
    remote pipe stop appends scheme default versioned multicall
"""
KEYS = frozenset(_KEYS_TEXT.split())
MAX_TABLES = 8  # a reload keeps the old bundle alive for the calls that began under it
_VERSION = re.compile(r"[-_]?\d+(?:\.\d+)*$")


@dataclass(frozen=True, slots=True)
class Option:
    """`kind` is what its value is. `attached`: a value only where it is written together with the option."""

    name: str
    kind: str = "flag"
    actions: tuple[str, ...] = ()
    attached: bool = False


@dataclass(slots=True)
class Spec:
    options: dict[str, Option] = field(default_factory=dict)
    operands: tuple[str, ...] = ()
    when: list[tuple[frozenset[str], tuple[str, ...]]] = field(default_factory=list)
    subcommands: dict[str, Spec] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    style: str = "gnu"
    open: bool = False
    stop: bool = False
    stdin: str = ""
    output: str = ""
    pipe: str = ""
    scheme: str = ""
    default: str = ""
    remote: bool = False
    appends: bool = False
    versioned: bool = False
    multicall: bool = False
    settings: list[tuple[str, Option]] = field(default_factory=list)

    def setting(self, key: str) -> Option | None:
        return next((option for pattern, option in self.settings if fnmatchcase(key.lower(), pattern)), None)


class Table:
    """All programs of the table. A bad entry raises `ValueError` that names it."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        if unknown := set(raw) - {"programs", "variables"}:
            raise ValueError(f"programs: unknown key {min(unknown)!r}")
        self._raw: Mapping[str, Any] = raw.get("programs") or {}
        self._names = {alias: name for name, entry in self._raw.items() for alias in _words((entry or {}).get("names"))}
        self._specs: dict[str, Spec] = {}
        self.variables = {name: _option(name, text) for name, text in (raw.get("variables") or {}).items()}

    @property
    def empty(self) -> bool:
        """It knows no program, because it is missing or malformed: then nothing that is read means anything."""
        return not self._raw

    def check(self) -> None:
        """Compiles every entry, so that a mistake is found when the table is loaded rather than when it is met."""
        for name in self._raw:
            self._spec(name)

    def find(self, program: str) -> Spec | None:
        for name in (program, program.removesuffix(".exe"), _VERSION.sub("", program)):
            known = name if name in self._raw else self._names.get(name, "")
            if known:
                return self._spec(known)
        return None

    def _spec(self, name: str) -> Spec:
        if name not in self._specs:
            self._specs[name] = _compile(name, self._entry(name))
        return self._specs[name]

    def _entry(self, name: str, seen: tuple[str, ...] = ()) -> Mapping[str, Any]:
        entry: Mapping[str, Any] = self._raw.get(name) or {}
        base = entry.get("like")
        if base is None:
            return entry
        if base in seen or base not in self._raw:
            raise ValueError(f"{name}: like {base!r}, which is no program of the table")
        return {**self._entry(base, (*seen, name)), **{key: value for key, value in entry.items() if key != "like"}}


def _words(text: object) -> list[str]:
    return str(text or "").split()


def _compile(name: str, raw: Mapping[str, Any]) -> Spec:
    if not isinstance(raw, Mapping):
        raise ValueError(f"{name}: an entry is a mapping")
    if unknown := set(raw) - KEYS:
        raise ValueError(f"{name}: unknown key {min(map(str, unknown))!r}")
    style = raw.get("style", "gnu")
    if style not in STYLES:
        raise ValueError(f"{name}: style {style!r} is none of {', '.join(sorted(STYLES))}")
    spec = Spec(style=style, actions=tuple(_words(raw.get("actions"))))
    for names in _words(raw.get("flags")):
        _add(spec, name, names, "flag")
    for names, text in (raw.get("options") or {}).items():
        _add(spec, name, str(names), str(text))
    spec.operands = _operands(name, raw.get("operands"))
    spec.when = [(frozenset(str(k).split("+")), _operands(name, v)) for k, v in (raw.get("when") or {}).items()]
    for names, entry in (raw.get("subcommands") or {}).items():
        compiled = _compile(f"{name} {names}", entry or {})
        spec.subcommands.update(dict.fromkeys(str(names).split("/"), compiled))
    for key in ("open", "stop", "remote", "appends", "versioned", "multicall"):
        setattr(spec, key, bool(raw.get(key, False)))
    for key in ("stdin", "output", "pipe", "scheme", "default"):
        setattr(spec, key, str(raw.get(key, "")))
    spec.settings = [(str(k).lower(), _option(str(k), str(v))) for k, v in (raw.get("settings") or {}).items()]
    return spec


def _add(spec: Spec, program: str, names: str, text: str) -> None:
    aliases = names.split("/")
    for alias in aliases:
        if alias[:1] not in {"-", "+"} and spec.style not in {"pairs", "single"}:
            raise ValueError(f"{program}: {alias!r} is no option")
    option = _option(aliases[-1], text)
    spec.options.update(dict.fromkeys(aliases, option))


def _option(name: str, text: str) -> Option:
    kind, *actions = text.split()
    attached = kind.endswith("?")
    kind = kind.removesuffix("?")
    _known(name, kind)
    if bad := [word for word in actions if word[0] != "+"]:
        raise ValueError(f"{name}: {bad[0]!r} is no action; actions are written +word")
    return Option(name, kind, tuple(word[1:] for word in actions), attached)


def _operands(name: str, text: object) -> tuple[str, ...]:
    kinds = tuple(_words(text))
    for kind in kinds:
        _known(name, kind.rstrip("*"))
    return kinds


def _known(name: str, kind: str) -> None:
    if kind not in KINDS and not kind.startswith("code:"):
        raise ValueError(f"{name}: {kind!r} is none of {', '.join(sorted(KINDS))}, code:LANGUAGE")


_compiled: OrderedDict[int, tuple[object, Table]] = OrderedDict()


def table(tables: Mapping[str, Any]) -> Table:
    """The compiled table. Kept by identity with the raw one, so an id is never reused. A malformed one
    knows nothing."""
    raw = tables.get("programs") or {}
    kept = _compiled.get(id(raw))
    if kept is None or kept[0] is not raw:
        try:
            compiled = Table(raw)
            compiled.check()
        except (ValueError, AttributeError, TypeError):
            compiled = Table({})
        kept = (raw, compiled)
        _compiled[id(raw)] = kept
        while len(_compiled) > MAX_TABLES:
            _compiled.popitem(last=False)
    return kept[1]
