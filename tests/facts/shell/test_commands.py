"""Scripts under their own names, versions that are no part of a name, namerefs, and a table that is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callwarden.facts import code, shell
from callwarden.facts.builder import Builder
from callwarden.facts.context import Context
from callwarden.facts.model import Facts

Read = Callable[[str], Facts]


@pytest.mark.parametrize(
    ("text", "script", "args"),
    [
        ("bash ./xmrig -o pool", "xmrig", ["-o", "pool"]),
        ("python3 tools/manage.py migrate", "manage.py", ["migrate"]),
        ("node app.js", "app.js", []),
        ("perl x.pl a", "x.pl", ["a"]),
        ("java -jar app.jar", "app.jar", []),
    ],
)
def test_a_script_is_a_command_of_its_own(read: Read, text: str, script: str, args: list[str]) -> None:
    found = [command for command in read(text).commands if command.origin == "script"]
    assert [(command.program, command.kind, command.location, command.args) for command in found] == [
        (script, "path", "workspace", args)
    ]


@pytest.mark.parametrize(
    "text", ["bash -c 'ls'", "python3 -", "bash /dev/stdin", 'bash "$1"', "python3 -m json.tool x"]
)
def test_what_is_no_file_is_no_script(read: Read, text: str) -> None:
    assert not [command for command in read(text).commands if command.origin == "script"]


def test_what_a_shebang_makes_is_a_script_too(context: Context) -> None:
    builder = Builder(context, "/workspace", shell=shell.read, code=code.read)
    shell.read_argv(builder, ["/bin/bash", "./ssh", "host"], exe="/bin/bash")
    assert [(c.program, c.location) for c in builder.build().commands][1:] == [("ssh", "workspace")]


@pytest.mark.parametrize(
    ("text", "name"), [("npx esbuild@0.19 a", "esbuild"), ("npx @s/n@1 a", "n"), ("npx tsc", "tsc")]
)
def test_a_version_is_no_part_of_a_name(read: Read, text: str, name: str) -> None:
    assert [command.program for command in read(text).commands][1:] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "declare -n p=code; code='rm x'; eval \"$p\"",
        "f() { local -n p=$1; eval \"$p\"; }; code='rm x'; f code",
        "typeset -n p=code; p='rm x'; eval \"$code\"",
    ],
)
def test_a_name_may_stand_for_another(read: Read, text: str) -> None:
    assert "rm" in [command.program for command in read(text).commands]


def test_a_name_that_stands_for_itself_ends(read: Read) -> None:
    assert read("declare -n a=b; declare -n b=a; echo $a").commands


def test_a_function_in_front_of_a_program_is_told(read: Read) -> None:
    facts = read("sudo() { cat; }; mine() { cat; }")
    assert [command.args for command in facts.commands if command.program == "function"] == [["sudo"]]


@pytest.mark.parametrize("tables", [{}, {"programs": {}}, {"programs": {"programs": {}}}, {"programs": {"x": 1}}])
def test_without_a_table_of_programs_nothing_is_understood(tables: dict[str, object]) -> None:
    builder = Builder(Context(workspace="/workspace", tables=tables), "/workspace", shell=shell.read, code=code.read)
    builder.shell("python3 - <<EOF\nimport os\nEOF")
    facts = builder.build()
    assert facts.unparsable
    assert "table of programs" in facts.unparsable_reason


@pytest.mark.parametrize("text", ["trap 'rm -f \"$t\"' EXIT; t=$(mktemp)", "t=$(mktemp -d); trap 'rm -rf \"$t\"' EXIT"])
def test_a_trap_is_read_with_what_is_set_when_the_text_is_over(read: Read, text: str) -> None:
    facts = read(text)
    assert {path.root for path in facts.paths if path.access == "delete"} == {"temporary"}
    assert not facts.opaque


def test_a_trap_is_read_with_what_is_set_before_and_after(read: Read) -> None:
    facts = read("t=a; trap 'rm \"$t\"' EXIT; t=/etc/passwd")
    assert {path.path for path in facts.paths} == {"/workspace/a", "/etc/passwd"}


def test_a_trap_that_nothing_is_known_of_can_not_be_known(read: Read) -> None:
    assert [piece.place for piece in read("trap 'rm \"$t\"' EXIT").opaque] == ["write"]


def test_a_trap_within_a_trap_is_read_and_one_taken_back_is_none(read: Read) -> None:
    assert {command.program for command in read("trap 'trap \"ls\" EXIT' EXIT").commands} == {"trap", "ls"}
    assert {command.program for command in read("trap - EXIT; trap '' INT; trap EXIT").commands} == {"trap"}
