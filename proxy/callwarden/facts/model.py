"""The shape of facts: one model for every kind of call, always whole.

Every field is always there (empty, never absent), so a rule can read nothing that is missing. One shape for all kinds,
so that a rule about a path holds for `cat FILE`, a file call, `open(FILE)` in code and an exec alike.

A *part* is something that must be allowed by itself: each command, path, host, code block and opaque piece, and `call`
where there is nothing finer. Its name is the list it stands in and its place there: `commands/3`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Access = Literal["read", "write", "append", "create", "delete", "move", "chmod", "link", "list", "execute"]
Place = Literal["program", "argument", "read", "write", "host", "code", "environment", "text", "beneath"]


class Fact(BaseModel):
    """A fact is made by us, so it is not validated again on the hot path; a test holds the whole to the schema."""

    model_config = ConfigDict(extra="forbid")


class Command(Fact):
    """One simple command, wherever in the text it stands, its quoting undone as far as is possible statically."""

    part: str
    program: str = Field(description="base name that will run; as written when it can't be known (kind unknown)")
    path: str = Field(description="the program as written: `git`, `/usr/bin/git`, `./run.sh`")
    kind: Literal["builtin", "function", "name", "path", "unknown"] = Field(
        description="shell builtin, function of the same text, a name looked up on PATH, a path, or not knowable"
    )
    args: list[str] = Field(description="arguments after the program; one that can't be known stands as written")
    unknown_args: list[int] = Field(description="indexes of the arguments that could not be known")
    options: dict[str, list[str]] = Field(
        description="options by their canonical name (`-R`, `--output`), with their values in order; `` for a flag"
    )
    operands: list[str] = Field(description="arguments that are no options and no option's value")
    understood: bool = Field(description="the option table knows this program and every option used")
    actions: list[str] = Field(
        description="what its options and operands make it do, from the table; the words are in docs/architecture.md"
    )
    wrappers: list[str] = Field(description="programs this was unwrapped from, outermost first: sudo, env, xargs, bash")
    origin: Literal["text", "wrapper", "substitution", "heredoc", "decoded", "code", "argv", "script"] = "text"
    parent: int = Field(default=-1, description="index of the command that contains this one; -1 at the top")
    fed_by: list[int] = Field(default_factory=list, description="indexes of commands whose output is its input")
    background: bool = False
    environment: dict[str, str] = Field(default_factory=dict, description="variables set for it")
    location: str = Field(
        default="",
        description="for kind path: the root or class the program file lies in (workspace, system, temporary …)",
    )


class PathAccess(Fact):
    part: str
    path: str = Field(
        description="absolute, normalised, `~` expanded, links resolved if `resolved`; as written if unknown"
    )
    written: str
    access: Access
    root: str = Field(description="name of the innermost root it lies in: workspace, temporary, home, system, or empty")
    classes: list[str] = Field(description="sensitivity classes from data: secret, self, persistence, device, vcs …")
    known: bool = Field(description="false where part of it can't be known; `path` is then its longest known prefix")
    pattern: bool = Field(description="a glob stands in it")
    resolved: bool = False
    command: int = Field(default=-1, description="index of the command it belongs to; -1 for none")


class Host(Fact):
    part: str
    name: str = Field(description="lower case, IDNA (A-label), no trailing dot; the address text for an address")
    address: str = Field(
        description="canonical address for a literal in any spelling, mapped addresses unwrapped; else empty"
    )
    port: int = Field(description="0 when not said and no scheme implies one")
    scheme: str = Field(description="http, https, ssh, git, ftp, tcp, udp, dns … as far as known")
    direction: Literal["connect", "listen", "forward", "resolve"]
    kind: Literal[
        "name", "public", "private", "loopback", "link_local", "metadata", "multicast", "unspecified", "unknown"
    ]
    classes: list[str] = Field(description="from data: tunnel_service, mining_pool, paste, metadata …")
    known: bool
    userinfo: bool = Field(description="a user name or password stood in the URL")
    written: str
    command: int = -1


class Code(Fact):
    part: str
    language: str
    imports: list[str]
    actions: list[str] = Field(
        description="process, shell, network, listen, native, dynamic, decode, environment, file, delete …"
    )
    understood: bool = Field(description="read by a parser for its language; false for a language we only scan")
    opaque: list[str] = Field(description="reasons why a part of what it does can't be known")
    bytes: int
    command: int = -1


class Credential(Fact):
    """Where a secret was recognised. Never the secret."""

    kind: str = Field(description="name of the pattern: aws_access_key, private_key, bearer …")
    place: str = Field(description="command, content, body, header, url, source, arguments")
    start: int
    end: int


class Opaque(Fact):
    part: str
    place: Place
    reason: str
    text: str = Field(description="as written, at most 200 characters, credentials masked")
    command: int = -1


class Request(Fact):
    """An HTTP request, apart from its destination (which is a host)."""

    method: str = ""
    path: str = ""
    query_bytes: int = 0
    body_bytes: int = 0
    content_type: str = ""
    upgrade: str = ""


class Tool(Fact):
    """A function or MCP call by name, and how it is bound."""

    name: str = ""
    server: str = ""
    bound: bool = Field(default=False, description="data binds it to a kind, and the facts are that kind's")
    kind: str = ""
    problem: str = Field(default="", description="why a binding could not be followed; a refusal")


class Index(Fact):
    """Where to look things up: rules begin here instead of scanning. Values are positions in the lists above."""

    programs: dict[str, list[int]] = Field(default_factory=dict)
    actions: dict[str, list[int]] = Field(default_factory=dict, description="commands by action")
    accesses: dict[str, list[int]] = Field(default_factory=dict, description="paths by access")
    path_classes: dict[str, list[int]] = Field(default_factory=dict)
    roots: dict[str, list[int]] = Field(default_factory=dict)
    host_classes: dict[str, list[int]] = Field(default_factory=dict)
    host_kinds: dict[str, list[int]] = Field(default_factory=dict)
    code_actions: dict[str, list[int]] = Field(default_factory=dict)
    opaque_places: dict[str, list[int]] = Field(default_factory=dict)


class Facts(Fact):
    parts: list[str] = Field(default_factory=list)
    commands: list[Command] = Field(default_factory=list)
    paths: list[PathAccess] = Field(default_factory=list)
    hosts: list[Host] = Field(default_factory=list)
    code: list[Code] = Field(default_factory=list)
    credentials: list[Credential] = Field(default_factory=list)
    opaque: list[Opaque] = Field(default_factory=list)
    unparsable: bool = False
    unparsable_reason: str = ""
    request: Request = Field(default_factory=Request)
    tool: Tool = Field(default_factory=Tool)
    index: Index = Field(default_factory=Index)
