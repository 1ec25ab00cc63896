"""The place where readers put what they find: parts are numbered, positions indexed, bounds kept.

A reader (shell, code, files, hosts) never makes a `Facts` itself. It is handed a `Builder`, adds to it, and hands what
it can't read itself to another reader through it: `builder.shell(text)` for a command in code, `builder.code(...)` for
code in a command. Past a bound the rest is one `opaque` fact, so that too much is never silently less.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from callwarden.facts import credentials, files, hosts
from callwarden.facts.context import Context
from callwarden.facts.model import (
    Access,
    Code,
    Command,
    Credential,
    Facts,
    Host,
    Index,
    Opaque,
    PathAccess,
    Place,
    Request,
    Tool,
)

MAX_PARTS = 4096  # a 64 KiB script has some hundreds; past this a text is built to tire us
MAX_DEPTH = 16  # bash -c in bash -c …; the deepest seen in honest scripts is four

T = TypeVar("T")
Reader = Callable[["Builder", str, int], None]


def utf8(value: Any) -> Any:
    """The same with lone surrogates replaced: escapes in code can spell them, JSON can't."""
    match value:
        case str():
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        case list():
            return [utf8(item) for item in value]
        case dict():
            return {utf8(key): utf8(item) for key, item in value.items()}
    return value


class Builder:
    """Facts of one call in the making. `cwd` is absolute, or empty where it is not known."""

    def __init__(self, context: Context, cwd: str, *, shell: Reader, code: Callable[[Builder, str, str, int], None]):
        self.context = context
        self.cwd = cwd
        self.depth = 0
        self._shell = shell
        self._code = code
        self._commands: list[Command] = []
        self._paths: list[PathAccess] = []
        self._hosts: list[Host] = []
        self._codes: list[Code] = []
        self._opaque: list[Opaque] = []
        self._credentials: list[Credential] = []
        self._whole = False
        self._full = False
        self._unparsable = ""
        self.request = Request()
        self.tool = Tool()

    # What readers add

    def command(self, **fields: Any) -> int:
        """Adds a command and returns its index; `part` is filled in here."""
        index = len(self._commands)
        if self._room():
            self._commands.append(Command(part=f"commands/{index}", **fields))
        return index

    def path(
        self, written: str, access: Access, *, command: int = -1, cwd: str | None = None, known: bool = True
    ) -> None:
        """Adds a file access. `known=False`: only a prefix of `written` is known."""
        written = utf8(written)
        if self._room():
            place = files.locate(written, self.cwd if cwd is None else cwd, self.context, known=known)
            part = f"paths/{len(self._paths)}"
            self._paths.append(PathAccess(part=part, written=written, access=access, command=command, **place))

    def host(
        self, written: str, *, port: int = 0, scheme: str = "", direction: str = "connect", command: int = -1
    ) -> None:
        """Adds a host from a URL, an authority (`user@name:port`) or a bare name or address in any spelling."""
        written = utf8(written)
        if self._room():
            place = hosts.read(written, port=port, scheme=scheme, context=self.context)
            part = f"hosts/{len(self._hosts)}"
            self._hosts.append(Host(part=part, written=written[:1024], direction=direction, command=command, **place))  # type: ignore[arg-type]

    def add_code(self, **fields: Any) -> None:
        if self._room():
            self._codes.append(Code(part=f"code/{len(self._codes)}", **utf8(fields)))

    def opaque(self, place: Place, reason: str, text: str = "", *, command: int = -1) -> None:
        if self._room():
            shown = credentials.mask(utf8(text[:400]), self.context)[:200]
            part = f"opaque/{len(self._opaque)}"
            self._opaque.append(Opaque(part=part, place=place, reason=reason, text=shown, command=command))

    def secrets(self, text: str, place: str) -> None:
        """Looks for credentials in a text and adds where they are, never what they are."""
        self._credentials += credentials.find(text, place, self.context)

    def unparsable(self, reason: str) -> None:
        self._unparsable = self._unparsable or reason

    def whole(self) -> None:
        """The call itself is a part: there is nothing finer to allow it by."""
        self._whole = True

    # What readers hand to each other

    def shell(self, text: str, parent: int = -1) -> None:
        """Reads a text as shell, one level deeper."""
        self._deeper(lambda: self._shell(self, text, parent), "text", text, parent)

    def code(self, language: str, source: str, command: int = -1) -> None:
        """Reads a text as a program in `language`, one level deeper."""
        self._deeper(lambda: self._code(self, language, source, command), "code", source, command)

    def _deeper(self, read: Callable[[], None], place: Place, text: str, command: int) -> None:
        if self.depth >= MAX_DEPTH:
            self.opaque(place, f"nested more than {MAX_DEPTH} deep", text, command=command)
            return
        self.depth += 1
        try:
            read()
        finally:
            self.depth -= 1

    # What readers may look at and mend (a wrapper learns what it wraps, a pipe what feeds it)

    @property
    def commands(self) -> list[Command]:
        return self._commands

    def _room(self) -> bool:
        parts = len(self._commands) + len(self._paths) + len(self._hosts) + len(self._codes) + len(self._opaque)
        if parts < MAX_PARTS:
            return True
        if not self._full:
            self._full = True
            self._opaque.append(
                Opaque(part=f"opaque/{len(self._opaque)}", place="text", reason=f"more than {MAX_PARTS} parts", text="")
            )
        return False

    def build(self) -> Facts:
        """The facts, with every part named and every position indexed."""
        for command in self._commands:  # readers mend them until now
            command.__dict__.update(utf8(command.__dict__))
        lists = (self._commands, self._paths, self._hosts, self._codes, self._opaque)
        parts = [fact.part for facts in lists for fact in facts]
        return Facts(
            parts=[*(["call"] if self._whole or not parts else []), *parts],
            commands=self._commands,
            paths=self._paths,
            hosts=self._hosts,
            code=self._codes,
            credentials=self._credentials,
            opaque=self._opaque,
            unparsable=bool(self._unparsable),
            unparsable_reason=self._unparsable,
            request=self.request,
            tool=self.tool,
            index=self._index(),
        )

    def _index(self) -> Index:
        commands, paths, hosts_ = self._commands, self._paths, self._hosts
        return Index(
            programs=_by(commands, lambda c: [c.program]),
            actions=_by(commands, lambda c: c.actions),
            accesses=_by(paths, lambda p: [p.access]),
            path_classes=_by(paths, lambda p: p.classes),
            roots=_by(paths, lambda p: [p.root]),
            host_classes=_by(hosts_, lambda h: h.classes),
            host_kinds=_by(hosts_, lambda h: [h.kind]),
            code_actions=_by(self._codes, lambda c: c.actions),
            opaque_places=_by(self._opaque, lambda o: [o.place]),
        )


def _by(facts: list[T], keys: Callable[[T], list[Any]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for position, fact in enumerate(facts):
        for key in keys(fact):
            found.setdefault(key, []).append(position)
    return found
