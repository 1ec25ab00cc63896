from __future__ import annotations

import os
import subprocess
import sys

from callwarden.sandbox import ancestry


def test_a_line_is_cut_and_what_is_not_text_is_escaped() -> None:
    assert ancestry.text([b"ls", b"-l", b"\xff"]) == "ls -l \\xff"
    long = ancestry.text([b"x" * 1000])
    assert (len(long), long[-1]) == (ancestry.MAX_TEXT, "…")


def test_the_chain_goes_up_to_the_jail_nearest_first() -> None:
    source = "import subprocess; subprocess.run(['sh', '-c', 'echo $$; read line; exit'])"
    with subprocess.Popen([sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        shell = int(child.stdout.readline())
        assert ancestry.of(shell, jailer=os.getppid()) == [
            "sh -c echo $$; read line; exit",
            f"{sys.executable} -c {source}",
        ]
        child.stdin.write(b"\n")


def test_a_process_that_is_gone_has_no_parents() -> None:
    assert ancestry.parent((1 << 22) + 5) == 0
    assert ancestry.of((1 << 22) + 5, jailer=1) == []


def test_a_name_to_show() -> None:
    assert ancestry.program([b"/usr/bin/ssh", b"-R"]) == "ssh"
    assert ancestry.program([b""]) == "a program"
    assert ancestry.program([]) == "a program"
