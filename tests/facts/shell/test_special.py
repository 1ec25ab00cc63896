"""Arguments with a small language of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callwarden.facts.model import Facts


@pytest.mark.parametrize(
    ("text", "path", "access"),
    [
        ("docker run -v /etc:/x i", "/etc", "write"),
        ("docker run -v /etc:/x:ro i", "/etc", "read"),
        ("docker run --mount type=bind,source=/etc,target=/x i", "/etc", "write"),
        ("curl -F 'a=@/etc/b;type=c' http://h", "/etc/b", "read"),
        ("socat OPEN:/etc/b TCP:h:1", "/etc/b", "write"),
        ("aws s3 cp /etc/b s3://c", "/etc/b", "read"),
        ("find . -name '*.pyc' | xargs rm", "/workspace/**/*.pyc", "delete"),
        ("find a -name b | grep c | sort | xargs rm", "/workspace/a/**/b", "delete"),
        ("find / -name id_rsa -exec cat {} +", "/**/id_rsa", "read"),
    ],
)
def test_files_in_it_are_found(read: Callable[[str], Facts], text: str, path: str, access: str) -> None:
    assert (path, access) in [(fact.path, fact.access) for fact in read(text).paths]


@pytest.mark.parametrize(
    ("text", "name", "direction"),
    [
        ("socat TCP:h.example:1 -", "h.example", "connect"),
        ("socat TCP-LISTEN:1 -", "0.0.0.0", "listen"),
        ("dig a.example", "a.example", "resolve"),
        ("ssh -R 1:h.example:2 g", "h.example", "forward"),
    ],
)
def test_hosts_in_it_are_found(read: Callable[[str], Facts], text: str, name: str, direction: str) -> None:
    assert (name, direction) in [(fact.name, fact.direction) for fact in read(text).hosts]


@pytest.mark.parametrize("text", ["curl -F a=b http://h", "docker run -v volume:/x i"])
def test_what_names_no_file_is_none(read: Callable[[str], Facts], text: str) -> None:
    assert read(text).paths == []


@pytest.mark.parametrize(
    "text",
    [
        "find $x -exec rm {} +",
        "find a b -exec rm {} +",
        "find . | sed s/a/b/ | xargs rm",
        "find . | grep -o a | xargs rm",
    ],
)
def test_files_that_may_lie_elsewhere_are_not_known(read: Callable[[str], Facts], text: str) -> None:
    assert "write" in [piece.place for piece in read(text).opaque]
