"""Whether an OPA server runs the bundle that is loaded here: its revision, every module, all data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from callwarden.engine.bundle import Bundle
from callwarden.errors import EngineError

Get = Callable[[str], Any]


def check(bundle: Bundle, url: str, get: Get) -> None:
    """Raises `EngineError` that names the first difference. `get` gives the `result` of a GET below `/v1/`."""
    revision = get("data/callwarden/bundle/revision")
    if not bundle.revision or revision != bundle.revision:
        raise _differs(url, f"its bundle has revision {revision!r}, the one loaded here {bundle.revision!r}")
    theirs, ours = _running(get("policies") or []), _without_tests(bundle.modules)
    if missing := sorted(name for name, text in ours.items() if text not in theirs.values()):
        raise _differs(url, f"it does not have {missing[0]} as it is here")
    if extra := sorted(name for name, text in theirs.items() if text not in ours.values()):
        raise _differs(url, f"it has {extra[0]}, which is not in the bundle here")
    virtual = {tuple(name.split("/")[:-1]) for name in ours}
    for path, value in _documents(bundle.data, (), virtual):
        if get("data/" + "/".join(quote(step, safe="") for step in path)) != value:
            raise _differs(url, f"data.{'.'.join(path)} is not what it is here")


def _running(policies: list[dict[str, Any]]) -> dict[str, str]:
    """The server's modules below `callwarden`; what else it serves is none of ours."""
    found = {}
    for policy in policies:
        path = [step.get("value") for step in policy["ast"]["package"]["path"]]
        if path[1:2] == ["callwarden"]:
            found[policy["id"]] = policy["raw"]
    return _without_tests(found)


def _without_tests(modules: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in modules.items() if not name.endswith("_test.rego")}


def _documents(
    value: Any, path: tuple[str, ...], virtual: set[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The largest pieces of data that no package lies in: there the server would add what its rules say."""
    if isinstance(value, dict) and any(package[: len(path)] == path for package in virtual):
        for key, below in value.items():
            yield from _documents(below, (*path, key), virtual)
    else:
        yield path, value


def _differs(url: str, how: str) -> EngineError:
    return EngineError(
        f"{url} does not run the bundle that is loaded here: {how}",
        help="Publish this bundle to the server, or load the one that it serves with --policies.",
    )
