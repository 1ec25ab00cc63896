"""Calls: one thing about to happen, in the one wire form that every door, the CLI, the API and the audit log share.

A call is what an agent *says* or what a process *does*; who it is said by is a `Session`, which the launcher makes.
The `session` on a call is a claim: the gate compares it with the session it knows and refuses a difference.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, ClassVar, Literal, get_args

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

MAX_TEXT = 1 << 20  # characters; DESIGN: bodies up to 1 MiB are held and judged whole
MAX_ARGUMENTS = 65_536  # the kernel allows more (MAX_ARG_STRINGS is 2^31), no honest program comes near

Identifier = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[\x21-\x7e]+$")]
Text = Annotated[str, Field(max_length=MAX_TEXT)]
Path = Annotated[str, Field(min_length=1, max_length=4096)]
HostName = Annotated[str, Field(min_length=1, max_length=1024)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Protection = Literal["namespaces", "exec", "egress"]


class Wire(BaseModel):
    """A model that is read from outside: nothing unknown, nothing coerced, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SessionClaim(Wire):
    """Who a call says it comes from. Compared with the session the gate knows; never a source of identity."""

    id: Identifier | None = None
    agent: Identifier | None = None
    principal: Identifier | None = None
    team: Identifier | None = None
    task: str | None = Field(default=None, max_length=256)
    phase: Identifier | None = None
    labels: dict[Identifier, Annotated[str, Field(max_length=1024)]] = Field(default_factory=dict, max_length=64)


class Session(Wire):
    """One run of one agent, as its launcher made it. Empty strings mean unknown, which policies treat as refused.

    `protections` are those that hold while it runs: what one of them stops later need not be stopped before.
    """

    id: Identifier
    agent: str = ""
    principal: str = ""
    team: str = ""
    task: str = ""
    phase: str = ""
    profile: str = "coding"
    mode: Literal["enforce", "observe"] = "enforce"
    filesystem: Literal["local", "remote"] = "local"
    workspace: str = "/workspace"
    home: str = "/home/agent"
    labels: dict[str, str] = Field(default_factory=dict)
    protections: list[Protection] = Field(default_factory=list)


class _Call(Wire):
    """What every kind has. `content_fields` are long texts that policies see as facts, not as input."""

    content_fields: ClassVar[frozenset[str]] = frozenset()

    id: Identifier
    session: SessionClaim | None = None


class ShellCall(_Call):
    kind: Literal["shell"]
    command: Text
    cwd: Path | None = None


class FileCall(_Call):
    content_fields = frozenset({"content"})

    kind: Literal["file"]
    operation: Literal["read", "write", "append", "create", "delete", "move", "copy", "list", "chmod", "link"]
    path: Path
    destination: Path | None = None
    content: Text | None = None
    cwd: Path | None = None

    @model_validator(mode="after")
    def _two_paths_where_two_are_meant(self) -> FileCall:
        if (self.operation in {"move", "copy", "link"}) != (self.destination is not None):
            raise ValueError(
                f"operation {self.operation!r}: a destination belongs to move, copy and link, and to no other"
            )
        return self


class HttpCall(_Call):
    content_fields = frozenset({"body"})

    kind: Literal["http"]
    method: Annotated[str, Field(pattern=r"^[A-Za-z!#$%&'*+.^_`|~0-9-]{1,32}$")]
    url: Annotated[str, Field(min_length=1, max_length=65_536)]
    headers: dict[str, str] = Field(default_factory=dict, max_length=512)
    body: Text | None = None


class ConnectCall(_Call):
    """`application`: what was spoken, where a door has seen the first bytes (`ssh`, `stratum`); empty if not known."""

    kind: Literal["connect"]
    host: HostName
    port: Port
    protocol: Literal["tcp", "udp", "http-connect"] = "tcp"
    application: Annotated[str, Field(max_length=32)] = ""


class CodeCall(_Call):
    content_fields = frozenset({"source"})

    kind: Literal["code"]
    language: Annotated[str, Field(min_length=1, max_length=64)]
    source: Text
    cwd: Path | None = None


class ExecCall(_Call):
    """A process about to start, seen from below: `ancestry` is set by the process door, nearest parent first."""

    kind: Literal["exec"]
    argv: Annotated[list[Text], Field(max_length=MAX_ARGUMENTS)]
    exe: Path | None = None
    cwd: Path | None = None
    pid: Annotated[int, Field(ge=1)] | None = None
    ancestry: list[Annotated[str, Field(max_length=1024)]] = Field(default_factory=list, max_length=64)


class McpCall(_Call):
    kind: Literal["mcp"]
    server: Annotated[str, Field(min_length=1, max_length=256)]
    tool: Annotated[str, Field(min_length=1, max_length=256)]
    arguments: dict[str, Any] = Field(default_factory=dict)


class FunctionCall(_Call):
    kind: Literal["function"]
    name: Annotated[str, Field(min_length=1, max_length=256)]
    arguments: dict[str, Any] = Field(default_factory=dict)


class DnsCall(_Call):
    kind: Literal["dns"]
    name: HostName
    type: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,16}$")] = "A"


class SampleCall(_Call):
    """A measurement, judged on the same path as an action: resource use is something a policy speaks about."""

    kind: Literal["sample"]
    device: Literal["cpu", "gpu"]
    values: dict[Identifier, int | float] = Field(default_factory=dict, max_length=256)


Call = Annotated[
    ShellCall | FileCall | HttpCall | ConnectCall | CodeCall | ExecCall | McpCall | FunctionCall | DnsCall | SampleCall,
    Field(discriminator="kind"),
]
CALL: TypeAdapter[Call] = TypeAdapter(Call)
KINDS: tuple[str, ...] = tuple(
    get_args(member.model_fields["kind"].annotation)[0] for member in get_args(get_args(Call)[0])
)


def parse(data: object) -> Call:
    """A call from decoded JSON. An `http` call with method CONNECT is the connection that it asks for.

    Raises `ValueError` whose text names the field and what is wrong with it, never the value (it may be a secret).
    """
    if isinstance(data, dict) and data.get("kind") == "http" and str(data.get("method", "")).upper() == "CONNECT":
        data = _as_connect(data)
    try:
        return CALL.validate_python(data)
    except ValidationError as error:
        raise ValueError(_explain(error)) from None


def parse_json(line: bytes | str) -> Call:
    """A call from one JSON text; see `parse`."""
    try:
        return parse(orjson.loads(line))
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None


def digest(call: Call) -> str:
    """SHA-256 (hex) over what the call would do: everything but its id and the session it claims.

    Approvals, grants and idempotency bind to this. Keys are sorted, so equal calls have equal digests.
    """
    content = call.model_dump(mode="json", exclude={"id", "session"})
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


_DEFAULT_PORTS = {"http": "80", "https": "443"}


def _as_connect(data: dict[str, Any]) -> dict[str, Any]:
    """The target as clients write it (`host:port`), or as a log writes it: a URL whose scheme implies the port."""
    scheme, _, rest = str(data.get("url", "")).rpartition("://")
    authority = rest.partition("/")[0]
    if ":" not in authority.rpartition("]")[2] and scheme.lower() in _DEFAULT_PORTS:
        authority = f"{authority}:{_DEFAULT_PORTS[scheme.lower()]}"
    host, colon, port = authority.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit():
        raise ValueError("url: CONNECT takes host:port")
    kept: dict[str, Any] = {key: data[key] for key in ("id", "session") if key in data}
    return {**kept, "kind": "connect", "host": host.strip("[]"), "port": int(port), "protocol": "http-connect"}


def _explain(error: ValidationError) -> str:
    # include_input=False: a malformed call is recorded, and what was in it may be a secret
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, p['loc'])) or 'call'}: {p['msg']}" for p in problems[:8])
