"""Bindings: a function or MCP tool, named in data, judged as the shell, file or network call that it really is.

    bindings:
      bash: {kind: shell, command: $.command}
      read: {tools: [read_file, Read], kind: file, operation: read, path: [$.path, $.file_path], cwd: $.cwd?}
      disk: {servers: [filesystem], tools: [read_file], kind: file, operation: read, path: $.path}

A binding is for the tools it names (else for the one it is called), in exactly this case; with `servers` for MCP tools
of those servers, without for functions. Its other fields are the fields of the call: a path into the arguments, a
list of paths of which exactly one must be there, or a literal. A path is `$` and steps `.name`, `['any name']` or
`[0]`; a `?` at its end says that it may be missing. Anything missing or ambiguous is a `Problem`: a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callwarden.call import Call, FunctionCall, McpCall, parse

KINDS = frozenset({"shell", "file", "http", "connect", "code", "exec", "dns"})
_OWN = frozenset({"kind", "tools", "servers", "reason"})
_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d{1,6})\]|\['([^']*)'\]")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a binding could not be followed. `kind` is what the tool is bound to, as far as that is known."""

    reason: str
    kind: str = ""


def bind(call: FunctionCall | McpCall, table: Mapping[str, Any]) -> Call | Problem | None:
    """The call that a tool call really is; None where no binding names the tool."""
    found = [(name, entry) for name, entry in table.get("bindings", {}).items() if _names(name, entry, call)]
    if not found:
        return None
    if len(found) > 1:
        return Problem(f"more than one binding names this tool: {', '.join(sorted(name for name, _ in found))}")
    return _bound(call, found[0][1])


def _names(name: str, entry: Mapping[str, Any], call: FunctionCall | McpCall) -> bool:
    tools, servers = entry.get("tools", [name]), entry.get("servers", ())
    if isinstance(call, McpCall):
        return call.server in servers and call.tool in tools
    return not servers and call.name in tools


def _bound(call: FunctionCall | McpCall, entry: Mapping[str, Any]) -> Call | Problem:
    kind = str(entry.get("kind", ""))
    if kind not in KINDS:
        return Problem(f"a tool can't be bound to kind {kind!r}", kind)
    fields: dict[str, Any] = {"id": call.id, "kind": kind}
    try:
        for field, source in entry.items():
            value = _MISSING if field in _OWN else value_of(source, call.arguments)
            if value is not _MISSING:
                fields[field] = value
        return parse(_as_argv(fields))
    except ValueError as error:
        return Problem(str(error), kind)


def value_of(source: object, arguments: Mapping[str, Any]) -> object:
    """A literal as it is, a path's value, or of several paths the one that is there. Raises ValueError for none."""
    if isinstance(source, list):
        return _one_of([str(path) for path in source], arguments)
    if not isinstance(source, str) or not source.startswith("$"):
        return source
    value = follow(source.removesuffix("?"), arguments)
    if value is _MISSING and not source.endswith("?"):
        raise ValueError(f"the arguments have nothing at {source}")
    return value


def _one_of(paths: list[str], arguments: Mapping[str, Any]) -> object:
    values = [value for path in paths if (value := follow(path.removesuffix("?"), arguments)) is not _MISSING]
    if len(values) > 1:
        raise ValueError(f"the arguments have more than one of {', '.join(paths)}")
    if not values and not all(path.endswith("?") for path in paths):
        raise ValueError(f"the arguments have none of {', '.join(paths)}")
    return values[0] if values else _MISSING


def follow(path: str, arguments: Mapping[str, Any]) -> object:
    """What stands at a path; a null stands for nothing. Raises ValueError for a path that is none of ours."""
    steps, at = [], 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise ValueError(f"{path!r} is no path: $ and then .name, [0] or ['any name']")
        steps.append(int(step[2]) if step[2] else step[1] or step[3] or "")
        at = step.end()
    value: Any = arguments
    for key in steps:
        value = _at(value, key)
    return _MISSING if value is None else value


def _at(value: Any, key: int | str) -> Any:
    if isinstance(key, int):
        return value[key] if isinstance(value, list) and key < len(value) else _MISSING
    return value.get(key, _MISSING) if isinstance(value, dict) else _MISSING


def _as_argv(fields: dict[str, Any]) -> dict[str, Any]:
    """Some agents' shell tool takes a list: that is an argv, not a text."""
    command = fields.get("command")
    if fields["kind"] != "shell" or not isinstance(command, list):
        return fields
    kept = {key: value for key, value in fields.items() if key in {"id", "cwd"}}
    return {**kept, "kind": "exec", "argv": command}


# The names that say what an argument is, by kind, in the order in which they are tried
_TELLING: dict[str, tuple[str, tuple[str, ...]]] = {
    "shell": ("command", ("command", "cmd", "script", "shell_command", "commandLine", "command_line")),
    "http": ("url", ("url", "uri", "link", "href", "endpoint")),
    "file": ("path", ("path", "file_path", "filePath", "filepath", "filename", "file", "target_file", "absolute_path")),
    "code": ("source", ("code", "source", "python", "snippet")),
}
_OPERATIONS = (
    ("delete", "remove", "rm"),
    ("write", "create", "save", "edit", "replace", "patch"),
    ("list", "ls", "dir"),
)


def draft(call: FunctionCall | McpCall) -> dict[str, Any]:
    """A binding for a tool that has none, guessed from its arguments; `kind` is empty where nothing tells."""
    name = call.tool if isinstance(call, McpCall) else call.name
    entry: dict[str, Any] = {"servers": [call.server], "tools": [name]} if isinstance(call, McpCall) else {}
    for kind, (field, names) in _TELLING.items():
        argument = next((n for n in names if isinstance(call.arguments.get(n), str)), None)
        if argument:
            return {name: {**entry, "kind": kind, field: f"$.{argument}", **_rest(kind, name, call.arguments)}}
    return {name: {**entry, "kind": ""}}


def _rest(kind: str, name: str, arguments: Mapping[str, Any]) -> dict[str, str]:
    if kind == "http":
        return {"method": "$.method" if "method" in arguments else "GET"}
    if kind == "code":
        return {"language": "$.language" if "language" in arguments else "python"}
    if kind == "file":
        folded = name.casefold()
        operation = next((words[0] for words in _OPERATIONS if any(word in folded for word in words)), "read")
        content = next((n for n in ("content", "contents", "text", "file_text") if n in arguments), None)
        return {"operation": operation, **({"content": f"$.{content}"} if content else {})}
    return {}
