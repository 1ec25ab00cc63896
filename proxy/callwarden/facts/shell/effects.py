"""From what an argument means to facts: paths, hosts, inline code, nested commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from callwarden.facts import files
from callwarden.facts.model import Access, Place
from callwarden.facts.shell.options import Meaning, Reading
from callwarden.facts.shell.scope import Frame, Scope
from callwarden.facts.shell.special import Special
from callwarden.facts.shell.values import KNOWN, UNKNOWN, Value

if TYPE_CHECKING:
    from callwarden.facts.shell.reader import Reader

ACCESSES: dict[str, Access] = {
    "read": "read",
    "write": "write",
    "append": "append",
    "create": "create",
    "directory": "create",
    "delete": "delete",
    "list": "list",
    "move": "move",
    "chmod": "chmod",
    "link": "link",
    "execute": "execute",
    "script": "execute",
}
PLACES: dict[str, Place] = {"read": "read", "list": "read", "execute": "code"}
BENEATH = frozenset({"write", "append", "create"})
STREAMS = frozenset({"-", "/dev/null", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/fd/*"})
_REMOTE = re.compile(r"(?:[\w.-]+@)?\[?[\w.:-]*[\w\]]:(?!\\)")
_BEGINS = re.compile(r"(?:\./)?/?[\w@+,:=-][\w./@+,:=-]*(?=[$`])")
_PROPERTY = re.compile(r"-[DP][\w.-]+=(\w[\w+.-]*://.+)")
_KEYED = re.compile(r"^[\w.-]+=(?=\w[\w+.-]*://)")  # `registry=https://…`
_NAMES = re.compile(r"\$\{?([A-Za-z_]\w*)", re.ASCII)
_SOCKET = re.compile(r"/dev/(tcp|udp)/([^/]+)/([^/]+)$")
_FORWARD = re.compile(r"(?:(\[[^\]]+\]|[^:/]*)[:/])?(\d+|[^:]+)[:/](\[[^\]]+\]|[^:/]+)[:/](\d+)$")


class Effects:
    """Adds to the builder what one command's reading says."""

    def __init__(self, reader: Reader, index: int, scope: Scope, frame: Frame) -> None:
        self.reader = reader
        self.builder = reader.builder
        self.index = index
        self.scope = scope
        self.frame = frame

    def all(self, reading: Reading) -> None:
        for meaning in reading.meanings:
            self.one(meaning, reading)

    def one(self, meaning: Meaning, reading: Reading) -> None:
        kind, value = meaning.kind, meaning.value
        if kind in {"script", "execute"} and value.as_path.startswith("/dev/fd/"):
            self.substituted(value, reading)
        elif kind in ACCESSES:
            self.path(value, ACCESSES[kind])
        elif kind.startswith("code:"):
            self.code(kind[5:], value)
        elif kind in {"host", "url", "listen", "forward"}:
            self.host(kind, value, reading.spec.scheme)
        elif kind in {"form", "volume", "mount", "socat", "dns", "bucket"}:
            Special(self, reading).one(kind, value)
        elif kind in {"command", "program"}:
            self.command(_aliased(meaning), reading)
        else:
            self.word(kind, value, reading)

    def word(self, kind: str, value: Value, reading: Reading) -> None:
        if kind == "remote":
            self.remote(value, reading)
        elif kind == "archive":
            made = {"--create", "--append", "--update"} & reading.options.keys()
            self.path(value, "write" if made else "read")
        elif kind == "environment":
            self.reader.variable(value, self.index, self.frame)
        elif kind == "at-read" and value.text.startswith("@"):
            self.path(Value(value.text[1:], value.sure, value.glob, value.path[1:]), "read")
        elif kind in {"words", "repository"}:
            self.url_or_path(value, remote=kind == "repository")

    def path(self, value: Value, access: Access) -> None:
        if value.text in STREAMS or not value.text or value.as_path.startswith("/dev/fd/"):
            return
        socket = _SOCKET.match(value.text)
        if value.sure == UNKNOWN:
            place = self.place(value, access)
            self.builder.opaque(place, "a path that is only known when it runs", value.text, command=self.index)
        elif socket and self.frame.local:
            self.builder.host(socket[2], port=_number(socket[3]), scheme=socket[1], command=self.index)
        if not self.frame.local:
            return
        written, known = value.as_path[:8192], value.sure != UNKNOWN
        cwds = {self.scope.cwd}
        if not written.startswith(("/", "~")):
            cwds |= self.scope.others
        for cwd in sorted(cwds):
            self.builder.path(written, access, command=self.index, cwd=self.absolute(cwd), known=known)

    def place(self, value: Value, access: Access) -> Place:
        """What a path that is only known later is to policy: `beneath` if it begins below a folder that is known."""
        begins = _BEGINS.match(value.text)
        if (
            access not in BENEATH
            or not begins
            or not (begins[0].startswith("/") or self.scope.cwd)
            or ".." in value.text
        ):
            return PLACES.get(access, "write")
        return "beneath"

    def substituted(self, value: Value, reading: Reading) -> None:
        """`bash <(…)`: what the substitution prints is the script."""
        text = self.reader.printed.get(value.text)
        if text is None:
            self.builder.opaque("code", "runs what another command prints", value.text, command=self.index)
        elif reading.spec.stdin.startswith("code:"):
            self.reader.code(reading.spec.stdin[5:], text, self.index)
        else:
            frame = self.reader.inside(self.index, self.frame, origin="decoded")
            self.reader.text(text, self.scope.copy(), frame)

    def absolute(self, cwd: str) -> str:
        if not cwd:
            return ""
        context = self.builder.context
        return str(files.locate(cwd, self.builder.cwd, context)["path"])

    def code(self, language: str, value: Value) -> None:
        if value.sure == KNOWN:
            self.reader.code(language, value.text, self.index)
        else:
            self.builder.opaque("code", f"{language} that is only known when it runs", value.text, command=self.index)
            self.reader.code(language, value.text, self.index)

    def host(self, kind: str, value: Value, scheme: str) -> None:
        if value.sure == UNKNOWN or (value.sure != KNOWN and kind != "url"):
            self.builder.opaque("host", "a host that is only known when it runs", value.text, command=self.index)
            if "://" not in value.text:
                return None
        if kind == "forward":
            found = _FORWARD.match(value.text)
            if found:
                self.builder.host(found[3], port=_number(found[4]), direction="forward", command=self.index)
            return None
        if kind == "listen":
            return self.listen(value.text)
        self.builder.host(value.text, scheme="" if "://" in value.text else scheme, command=self.index)
        return None

    def listen(self, text: str) -> None:
        host, _, port = text.rpartition(":")
        host = host or ("0.0.0.0" if text.startswith(":") or text.isdigit() else "")  # noqa: S104  # what it listens on
        if not host:
            host, port = text, "0"
        self.builder.host(host, port=_number(port), direction="listen", command=self.index)

    def remote(self, value: Value, reading: Reading) -> None:
        """`host:path` or a local path; which access a local one has depends on its place."""
        text = value.text
        if "://" in text or _REMOTE.match(text):
            self.host("url" if "://" in text else "host", Value(text, value.sure), reading.spec.scheme or "ssh")
            ends = [meaning.value for meaning in reading.meanings if meaning.kind == "remote" and not meaning.option]
            uploads = len(ends) > 1 and ends[-1] is value  # one end alone is where it is fetched from
            self.reader.act(self.index, "upload" if uploads else "download")
        else:
            last = reading.operands and reading.operands[-1] is value and len(reading.operands) > 1
            self.path(value, "write" if last else "read")

    def command(self, value: Value, reading: Reading) -> None:
        frame = self.reader.inside(self.index, self.frame, not reading.spec.remote)
        if value.sure != KNOWN:
            self.builder.opaque("code", "a command that is only known when it runs", value.text, command=self.index)
        scope = self.scope.copy()
        if self._trapped(value):
            return
        scope.variables["0"] = None
        self.reader.text(value.text, scope, frame)

    def _trapped(self, value: Value) -> bool:
        """`trap TEXT EXIT` is read when the text is over, and before that too if all that it names is set by now."""
        command = self.reader.at(self.index)
        if command is None or command.program != "trap" or value.sure != KNOWN:
            return False
        if re.fullmatch(r"-|[A-Z0-9+]*", value.text):  # takes a trap back, or names a signal alone
            return True
        self.reader.later.append((self.index, value, self.frame))
        return not set(_NAMES.findall(value.text)) <= self.scope.variables.keys()

    def properties(self, args: list[Value]) -> None:
        """`-DrepoUrl=https://…`: a setting that is handed to a build, whatever it calls it."""
        for value in args:
            if found := _PROPERTY.match(value.text):
                self.host("url", Value(found[1], value.sure), "")

    def url_or_path(self, value: Value, remote: bool = False) -> None:
        """A word of which the table does not say what it is."""
        text = value.text.partition("=")[2] if value.text.startswith("-") else value.text
        text = _KEYED.sub("", text).removeprefix("git+")
        if "://" in text:
            self.host("url", Value(text, value.sure), "")
        elif remote and _REMOTE.match(text):
            self.host("host", value, "ssh")
        elif "/" in text and self.frame.local and value.sure:
            self.path(Value(text, value.sure, value.glob), "read")


def _aliased(meaning: Meaning) -> Value:
    """git's aliases are shell text after `!`, else a git command; tar's actions are commands after `exec=`."""
    value = meaning.value
    for mark in ("!", "exec="):
        if value.text.startswith(mark):
            return Value(value.text[len(mark) :], value.sure)
    return Value(f"git {value.text}", value.sure) if meaning.option.lower().startswith("alias.") else value


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) < 65_536 else 0
