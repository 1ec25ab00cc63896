import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.approval.show import described, safe
from callwarden.testing import EXAMPLES, call


def test_every_kind_of_call_is_described() -> None:
    assert {kind: described(call(kind)) for kind in EXAMPLES} == {
        "shell": "ls -la",
        "file": "read README.md",
        "http": "GET https://example.org/",
        "connect": "tcp example.org:443",
        "code": "python\nprint(1)",
        "exec": "ls -la",
        "mcp": "files read {}",
        "function": "read {}",
        "dns": "A example.org",
        "sample": 'cpu {"percent":1}',
    }


def test_what_is_sent_and_where_it_goes_is_described() -> None:
    assert described(call("http", method="POST", body="secret")).endswith("\nsecret")
    assert "→ /b" in described(call("file", operation="move", destination="/b"))
    assert described(call("exec", argv=["sh", "-c", "a b"])) == "sh -c 'a b'"
    assert described(call("exec", argv=[], exe="/bin/x")) == "/bin/x"


@pytest.mark.parametrize(
    "hidden",
    ["\x1b", "\r", "\t", "\x00", "\x7f", "\x9b", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\U000e0041"],
)
def test_what_moves_or_hides_stands_escaped(hidden: str) -> None:
    assert safe(f"a{hidden}b") == [f"a\\u{{{ord(hidden):x}}}b"]


def test_honest_text_stands_as_it_is() -> None:
    assert safe("grüße 世界 🙂\nzwei") == ["grüße 世界 🙂", "zwei"]


@given(st.text())
def test_no_line_moves_the_cursor(text: str) -> None:
    assert all(line.isprintable() for line in safe(text))


def test_a_text_too_long_shows_both_ends_and_counts_what_it_leaves_out() -> None:
    lines = safe("start" + "x" * 10_000 + "end")
    assert lines[0].startswith("start")
    assert lines[-1].endswith("end")
    assert "6008 characters are not shown" in lines[1]
