"""What decides is pure: no clock, network, process, database or event loop is in reach of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "proxy" / "callwarden"
PURE = sorted(
    [
        *(PACKAGE / "facts").rglob("*.py"),
        *(PACKAGE / name for name in ("call.py", "decision.py", "document.py", "flow.py", "server/protocol.py")),
        *(PACKAGE / "audit" / name for name in ("record.py", "chain.py", "tables.py", "tree.py")),
        *(PACKAGE / "session" / name for name in ("identity.py", "state.py", "lineage.py")),
        *(
            PACKAGE / "egress" / f"{name}.py"
            for name in ("names", "addresses", "identity", "protocols", "body", "ruling", "upstream", "environment")
        ),
        *(PACKAGE / "approval" / name for name in ("pending.py", "cover.py", "show.py")),
    ]
)
IMPURE = {
    "socket",
    "asyncio",
    "sqlite3",
    "subprocess",
    "time",
    "multiprocessing",
    "httpx",
    "requests",
    "ctypes",
    "random",
}
# The one step that looks at a disk, which a caller switches on
LOOKS_AT_DISK = {"links.py"}


def imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text())
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("file", PURE, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_a_pure_module_imports_nothing_impure(file: Path) -> None:
    modules = {name.partition(".")[0] for name in imported(file)}
    assert not modules & IMPURE
    assert "os" not in modules or file.name in LOOKS_AT_DISK


@pytest.mark.parametrize("file", PURE, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_a_pure_module_opens_no_file(file: Path) -> None:
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"open", "exec", "eval", "__import__", "input", "print"}
