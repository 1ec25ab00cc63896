"""The facts of a call. Total: whatever happens here, facts come out, and what went wrong is refused."""

from __future__ import annotations

from typing import assert_never
from urllib.parse import unquote_plus, urlsplit

from callwarden.call import (
    Call,
    CodeCall,
    ConnectCall,
    DnsCall,
    ExecCall,
    FileCall,
    FunctionCall,
    HttpCall,
    McpCall,
    SampleCall,
    ShellCall,
)
from callwarden.facts import binding, code, code_reverse, files, hosts, shell
from callwarden.facts.builder import Builder
from callwarden.facts.context import Context
from callwarden.facts.model import Access, Facts, Request, Tool

MAX_STRINGS = 1024  # strings in the arguments of an unbound tool that are searched for credentials
MAX_NESTING = 32

# What a file operation does to its path, and to its destination. What is moved can be read where it arrives.
_OPERATIONS: dict[str, tuple[tuple[Access, ...], Access]] = {
    "read": (("read",), "write"),
    "write": (("write",), "write"),
    "append": (("append",), "write"),
    "create": (("create",), "write"),
    "delete": (("delete",), "write"),
    "list": (("list",), "write"),
    "chmod": (("chmod",), "write"),
    "move": (("read", "delete"), "write"),
    "copy": (("read",), "write"),
    "link": (("read",), "link"),
}


def derive(call: Call, context: Context) -> Facts:
    """Never raises: an error in a reader becomes unparsable facts with the reason `internal: …`."""
    try:
        return _derived(call, context)
    except Exception as error:  # RecursionError and MemoryError among them; a gate that falls over decides nothing
        return _failed(f"internal: {type(error).__name__}", context)


def _derived(call: Call, context: Context) -> Facts:
    builder = Builder(context, _directory(call, context), shell=shell.read, code=code.read)
    _read(builder, call)
    return builder.build()


def _failed(reason: str, context: Context) -> Facts:
    builder = Builder(Context(workspace=context.workspace, home=context.home), "", shell=shell.read, code=code.read)
    builder.opaque("text", reason)
    builder.unparsable(reason)
    builder.whole()
    return builder.build()


def _directory(call: Call, context: Context) -> str:
    """Where relative paths start: the call's directory, itself below the workspace if it is relative."""
    said: str = getattr(call, "cwd", None) or ""
    return files.normal(said if said.startswith("/") else f"{context.workspace}/{said}")


def _read(builder: Builder, call: Call) -> None:
    match call:
        case ShellCall():
            builder.secrets(call.command, "command")
            builder.shell(call.command)
        case ExecCall():
            builder.secrets(" ".join(call.argv), "command")
            shell.read_argv(builder, call.argv, exe=call.exe, origin="argv")
        case CodeCall():
            builder.secrets(call.source, "source")
            builder.code(call.language, call.source)
        case FileCall():
            _file(builder, call)
        case HttpCall():
            _http(builder, call)
        case ConnectCall():
            scheme = "tcp" if call.protocol == "http-connect" else call.protocol
            builder.host(_authority(call.host), port=call.port, scheme=scheme)
        case DnsCall():
            builder.host(call.name, scheme="dns", direction="resolve")
        case McpCall() | FunctionCall():
            _tool(builder, call)
        case SampleCall():
            builder.whole()
        case _:
            assert_never(call)


def _authority(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _file(builder: Builder, call: FileCall) -> None:
    accesses, arriving = _OPERATIONS[call.operation]
    for access in accesses:
        builder.path(call.path, access)
    if call.destination is not None:
        builder.path(call.destination, arriving)
    builder.secrets(call.content or "", "content")
    if code_reverse.found(call.content or ""):
        builder.add_code(language="source", imports=[], actions=["reverse_shell"], understood=False, opaque=[], bytes=0)


def _http(builder: Builder, call: HttpCall) -> None:
    scheme = call.url.partition("://")[0].lower() if "://" in call.url else "http"
    if scheme == "file":
        builder.path(call.url, "read")
    builder.host(call.url, scheme=scheme)
    headers = {name.lower(): value for name, value in call.headers.items()}
    if _names_another(headers.get("host", ""), call.url, builder.context):
        builder.host(headers["host"], scheme=scheme)  # a front that is asked for another name leads there
    builder.request = _request(call, headers)
    _searched(builder, call.url, "url")
    for name, value in call.headers.items():
        builder.secrets(f"{name}: {value}", "header")
    _searched(builder, call.body or "", "body")


def _names_another(host: str, url: str, context: Context) -> bool:
    return (
        bool(host)
        and hosts.read(host, port=0, scheme="http", context=context)["name"]
        != (hosts.read(url, port=0, scheme="http", context=context)["name"])
    )


def _request(call: HttpCall, headers: dict[str, str]) -> Request:
    try:
        parts = urlsplit(call.url)
        path, query = parts.path, parts.query
    except ValueError:  # such as a bracket that is not closed; the host is unknown then
        path, query = "", ""
    return Request(
        method=call.method.upper(),
        path=path[:4096],
        query_bytes=len(query.encode(errors="replace")),
        body_bytes=len((call.body or "").encode(errors="replace")),
        content_type=headers.get("content-type", "").partition(";")[0].strip().lower(),
        upgrade=headers.get("upgrade", "").lower(),
    )


def _searched(builder: Builder, text: str, place: str) -> None:
    """Looks for credentials in a text as it is, and as a form decodes it."""
    builder.secrets(text, place)
    decoded = unquote_plus(text) if "%" in text else text
    if decoded != text:
        builder.secrets(decoded, place)


def _tool(builder: Builder, call: McpCall | FunctionCall) -> None:
    name, server = (call.tool, call.server) if isinstance(call, McpCall) else (call.name, "")
    bound = binding.bind(call, builder.context.tables.get("tools") or {})
    if bound is None or isinstance(bound, binding.Problem):
        problem, kind = (bound.reason, bound.kind) if bound else ("", "")
        builder.tool = Tool(name=name, server=server, kind=kind, problem=problem)
        builder.whole()
        _arguments(builder, call.arguments)
        return
    builder.tool = Tool(name=name, server=server, bound=True, kind=bound.kind)
    builder.cwd = _directory(bound, builder.context)
    _read(builder, bound)


def _arguments(builder: Builder, arguments: object) -> None:
    """Credentials in any string of the arguments, read with its name; past a bound the rest is opaque."""
    pending: list[tuple[str, object, int]] = [("", arguments, 0)]
    strings = 0
    while pending:
        name, value, depth = pending.pop()
        if strings >= MAX_STRINGS or depth > MAX_NESTING:
            builder.opaque("argument", "more arguments than are looked through")
            return
        if isinstance(value, str):
            strings += 1
            builder.secrets(f"{name}: {value}" if name else value, "arguments")
        elif isinstance(value, dict):
            pending += [(str(key), item, depth + 1) for key, item in value.items()]
        elif isinstance(value, list):
            pending += [(name, item, depth + 1) for item in value]
