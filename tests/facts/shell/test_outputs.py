"""What a command prints, worked out from the text alone."""

from __future__ import annotations

import pytest

from callwarden.facts.shell.outputs import printed


@pytest.mark.parametrize(
    ("program", "args", "stdin", "output"),
    [
        ("echo", ["a", "b"], None, "a b\n"),
        ("echo", ["-n", "a"], None, "a"),
        ("echo", ["-e", "a\\x62"], None, "ab\n"),
        ("echo", ["-e", "a\\0142"], None, "ab\n"),
        ("printf", ["%s-%s\\n", "a", "b"], None, "a-b\n"),
        ("printf", ["%s", "a", "b"], None, "ab"),
        ("printf", ["%b%%", "\\x61"], None, "a%"),
        ("printf", ["%x", "1"], None, None),
        ("printf", ["-v", "a"], None, None),
        ("cat", [], "a", "a"),
        ("cat", ["f"], "a", None),
        ("base64", ["-d"], "cm0=", "rm"),
        ("base64", ["--decode"], "cm0", "rm"),
        ("base64", [], "rm", None),
        ("base64", ["-d", "f"], "cm0=", None),
        ("base32", ["-d"], "OJWQ====", "rm"),
        ("basenc", ["--base16", "-d"], "726D", "rm"),
        ("xxd", ["-r", "-p"], "72 6d", "rm"),
        ("xxd", ["-r", "-p"], "zz", None),
        ("xxd", ["-p"], "rm", None),
        ("rev", [], "mr", "rm"),
        ("tac", [], "b\na\n", "a\nb\n"),
        ("tr", ["a-z", "n-za-m"], "ez", "rm"),
        ("tr", ["-d", "x"], "rxm", "rm"),
        ("tr", ["-s", "x"], "rxm", None),
        ("openssl", ["base64", "-d"], "cm0=", "rm"),
        ("openssl", ["enc", "-base64", "-d"], "cm0=", "rm"),
        ("openssl", ["enc", "-aes-256-cbc", "-d"], "cm0=", None),
        ("frobnicate", [], "a", None),
        ("base64", ["-d"], None, None),
    ],
)
def test_what_is_printed_is_known_or_said_not_to_be(
    program: str, args: list[str], stdin: str | None, output: str | None
) -> None:
    assert printed(program, args, stdin) == output


def test_a_wide_range_is_no_way_to_fill_memory() -> None:
    assert printed("tr", ["!-\U0010ffff", "a"], "b") == "a"
