"""Arguments with a small language of their own: socat's addresses, curl's forms, docker's volumes, names to look up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from callwarden.facts.shell.values import KNOWN, Value

if TYPE_CHECKING:
    from callwarden.facts.shell.effects import Effects
    from callwarden.facts.shell.options import Reading

_FORM = re.compile(r"[^@=<]*=?[@<](.+)", re.DOTALL)


class Special:
    def __init__(self, effects: Effects, reading: Reading) -> None:
        self.effects = effects
        self.reading = reading

    def one(self, kind: str, value: Value) -> None:
        if kind == "form":
            self.form(value)
        elif kind == "volume":
            self.volume(value)
        elif kind == "mount":
            self.mount(value)
        elif kind == "socat":
            self.socat(value)
        elif kind == "dns":
            self.dns(value)
        else:
            self.bucket(value)

    def form(self, value: Value) -> None:
        found = _FORM.fullmatch(value.text)
        if found:
            self.effects.path(Value(found[1].partition(";")[0], value.sure, value.glob), "read")

    def volume(self, value: Value) -> None:
        source, _, rest = value.text.partition(":")
        if source.startswith(("/", ".", "~")) or value.sure != KNOWN:
            access = "read" if rest.endswith(":ro") else "write"
            self.effects.path(Value(source, value.sure), "read" if access == "read" else "write")

    def mount(self, value: Value) -> None:
        """`type=bind,source=FILE,target=…`."""
        for part in value.text.split(","):
            key, _, path = part.partition("=")
            if key in {"source", "src"} and path.startswith(("/", ".", "~")):
                self.effects.path(Value(path, value.sure), "write")

    def socat(self, value: Value) -> None:
        """`TYPE:argument:argument,option,…`; the other address is the other end of the same connection."""
        effects, index = self.effects, self.effects.index
        name, _, rest = value.text.partition(":")
        name, rest = name.lower(), rest.partition(",")[0]
        if name in {"exec", "system", "shell"}:
            effects.command(Value(rest, value.sure), self.reading)
            effects.reader.act(index, "reverse_shell" if self._networked() else "run")
        elif "listen" in name or name in {"udp-recv", "udp-recvfrom"}:
            effects.listen(f":{rest}" if "unix" not in name else "localhost:0")
            effects.reader.act(index, "listen")
            if self._networked(2):
                effects.reader.act(index, "tunnel")
        elif name.startswith(("tcp", "udp", "openssl", "ssl", "sctp", "socks", "proxy", "dtls")):
            effects.host("host", Value(rest, value.sure), "udp" if name.startswith("udp") else "tcp")
        elif name in {"open", "file", "create", "gopen", "pipe"} or (not rest and "/" in name):
            effects.path(Value(rest or value.text.partition(",")[0], value.sure), "write")

    def _networked(self, ends: int = 1) -> bool:
        kinds = ("tcp", "udp", "openssl", "ssl", "socks", "proxy")
        return sum(operand.text.lower().startswith(kinds) for operand in self.reading.operands) >= ends

    def dns(self, value: Value) -> None:
        text = value.text
        if value.sure != KNOWN:
            self.effects.builder.opaque(
                "host", "a name that is only known when it runs", text, command=self.effects.index
            )
        elif text.startswith("@"):
            self.effects.builder.host(text[1:], scheme="dns", command=self.effects.index)
        elif "." in text:
            self.effects.builder.host(text, scheme="dns", direction="resolve", command=self.effects.index)

    def bucket(self, value: Value) -> None:
        """`aws s3 cp FILE s3://…` sends; the other way round it fetches."""
        text = value.text
        if "://" in text:
            last = bool(self.reading.operands) and self.reading.operands[-1].text == text
            self.effects.reader.act(self.effects.index, "upload" if last else "download")
            self.effects.host("url", value, "")
        elif "/" in text and value.sure == KNOWN:
            self.effects.path(value, "read")
