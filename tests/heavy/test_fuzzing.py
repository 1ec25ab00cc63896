"""Long fuzzing of everything that reads what an agent writes: nothing raises, and what comes out is a whole input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callwarden.call import Session, parse
from callwarden.document import Document, document
from callwarden.engine import bundle
from callwarden.facts.context import Context
from callwarden.facts.derive import derive

pytestmark = pytest.mark.heavy
LONG = settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
CONTEXT = Context(tables=bundle.load().tables)

SHELL_PIECES = (
    *("ls", "cat", "sudo", "xargs", "find . -exec", "bash -c", "eval", "ssh h", "curl -d@", "python3 -c", "-R "),
    *(
        "$(",
        ")",
        "`",
        "'",
        '"',
        "\\",
        "|",
        "||",
        "&&",
        "&",
        ";",
        "\n",
        "{",
        "}",
        "(",
        "<<E",
        "\nE\n",
        "<",
        ">",
        ">>",
        ">&",
    ),
    *(">&", "<(", "$x", "${x%%*}", "x=", "$'\\x41'", "*", "~", "#", "if ", "then ", "fi", "for i in ", "do ", "done"),
    *("case x in ", "esac", "[[ ", "]]", "((", "))", "!", "é", "\x00"),
)
PYTHON_PIECES = (
    *("import os\n", "import subprocess as s\n", "s.run(", "[", "]", ")", "'rm -rf /'", ",", "shell=True", "open("),
    *("'/etc/shadow'", "eval(", "chr(", "0xdc00", "f'{x}'", "x = ", "+", "%", ".join(", "lambda: ", "def f():\n "),
    *("return ", "\n", "for i in ", ":\n ", "__import__(", "getattr(", "'\\ud800'", "b'\\xff'"),
)
SHELL = st.lists(st.sampled_from(SHELL_PIECES) | st.text(max_size=6), max_size=60).map(" ".join)
PYTHON = st.lists(st.sampled_from(PYTHON_PIECES) | st.text(max_size=6), max_size=50).map("".join)


def whole(**fields: Any) -> None:
    """The facts of a call make a document that is what its schema says."""
    try:
        call = parse({"id": "c1", **fields})
    except ValueError:
        return  # refused before it is read
    session = Session(id="s")
    assert Document.model_validate_json(document(call, derive(call, CONTEXT), session)).kind == call.kind


CALLS: dict[str, tuple[st.SearchStrategy[str], Callable[[str], dict[str, Any]]]] = {
    "shell": (SHELL, lambda text: {"kind": "shell", "command": text}),
    "python": (PYTHON, lambda text: {"kind": "code", "language": "python", "source": text}),
    "javascript": (PYTHON, lambda text: {"kind": "code", "language": "javascript", "source": text}),
    "path": (st.text(min_size=1, max_size=80), lambda text: {"kind": "file", "operation": "read", "path": text}),
    "url": (st.text(min_size=1, max_size=80), lambda text: {"kind": "http", "method": "GET", "url": text}),
    "body": (
        st.text(max_size=400),
        lambda text: {"kind": "http", "method": "POST", "url": "https://example.org/", "body": text},
    ),
    "host": (st.text(min_size=1, max_size=60), lambda text: {"kind": "connect", "host": text, "port": 443}),
    "argv": (SHELL, lambda text: {"kind": "exec", "argv": text.split(" "), "exe": "/usr/bin/env", "cwd": "/"}),
}


@pytest.mark.parametrize("kind", CALLS)
def test_no_text_of_any_kind_makes_less_than_a_whole_input(kind: str) -> None:
    texts, made = CALLS[kind]

    @LONG
    @given(texts)
    def holds(text: str) -> None:
        whole(**made(text))

    holds()


@LONG
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=30,
    )
)
def test_no_json_is_taken_for_a_call_that_it_is_not(data: Any) -> None:
    try:
        call = parse(data)
    except ValueError:
        return
    assert orjson.loads(call.model_dump_json(exclude_unset=True)) == data
