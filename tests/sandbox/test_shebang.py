"""First lines, as the kernel reads them; the odd ones are held against the kernel itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from callwarden.sandbox.shebang import HEAD, Shebang, read

LONG = b"/" * 300


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"#!/bin/sh\n", Shebang(b"/bin/sh", None)),
        (b"#! \t/bin/sh \t-e -x \t\nrest", Shebang(b"/bin/sh", b"-e -x")),
        (b"#!/usr/bin/env python3", Shebang(b"/usr/bin/env", b"python3")),
        (b"#!/bin/sh\0ignored\n", Shebang(b"/bin/sh", None)),
        (b"#!/bin/sh a\0b\n", Shebang(b"/bin/sh", b"a")),
        (b"#!/bin/sh\r\n", Shebang(b"/bin/sh\r", None)),
        (b"#!" + b"/bin/sh " + b"x" * 300, Shebang(b"/bin/sh", b"x" * (HEAD - 3 - 8))),
        (b"#!" + LONG, None),
        (b"#!\n", None),
        (b"#!   \n/bin/sh", None),
        (b"#!", None),
        (b"\x7fELF", None),
        (b"", None),
        (b"# !/bin/sh\n", None),
    ],
)
def test_a_first_line(head: bytes, expected: Shebang | None) -> None:
    assert read(head) == expected


@pytest.mark.parametrize(
    "line", [b"{} one two \n", b"{}\tone\0two\n", b"  {}   \n", b"{} " + b"y" * 300, b"{}\0one\n", b"{}"]
)
def test_the_kernel_reads_it_alike(tmp_path: Path, line: bytes) -> None:
    """A script whose interpreter prints its arguments; `line` is behind `#!`."""
    tell = tmp_path / "t"
    tell.symlink_to("/bin/echo")
    head = b"#!" + line.replace(b"{}", os.fsencode(tell))
    script = tmp_path / "s"
    script.write_bytes(head)
    script.chmod(0o755)
    found = read(head)
    assert found is not None
    expected = [*([found.argument] if found.argument is not None else []), os.fsencode(script), b"end"]
    done = subprocess.run([script, "end"], capture_output=True, check=False)
    if sys.platform == "linux":
        assert done.stdout == b" ".join(expected) + b"\n"
