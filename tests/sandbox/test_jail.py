"""What the program can and can't see and reach. Run as the person who runs the tests, and as an ordinary user."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from textwrap import dedent

from callwarden.sandbox.jail import Jail
from callwarden.sandbox.testing import Outcome, ran


def script(tmp_path: Path, source: str, jail: Jail) -> Outcome:
    workspace = Path(jail.workspace)
    (workspace / "look.py").write_text(dedent(source))
    return ran([sys.executable, "-I", "look.py"], workspace, jail=jail)


def home_with(tmp_path: Path, *folders: str) -> tuple[Path, Path]:
    """A home, and a workspace in it."""
    for folder in ("work", *folders):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path, tmp_path / "work"


def test_the_workspace_is_writable_and_the_system_is_not(tmp_path: Path) -> None:
    home, work = home_with(tmp_path)
    outside = tmp_path.parent / "outside.txt"
    outside.write_text("host")
    done = ran(
        ["sh", "-c", f"echo new > made; cat {outside}; touch /usr/bin/x; touch /etc/x; ls -A /tmp | wc -l"],
        work,
        jail=Jail(workspace=str(work), home=str(home)),
    )
    assert (work / "made").read_text() == "new\n"
    assert not Path("/etc/x").exists()
    assert done.err.count("Read-only file system") == 2
    assert "host" not in done.out  # the host's /tmp is not there


def test_what_is_masked_is_not_there_and_can_not_be_moved_aside(tmp_path: Path) -> None:
    home, work = home_with(tmp_path, ".local/share/callwarden", ".config/callwarden")
    secret = home / ".local/share/callwarden/key"
    secret.write_text("the key")
    masked = [str(home / ".local/share/callwarden"), str(home / ".config/callwarden"), str(home / "file")]
    (home / "file").write_text("hidden")
    done = script(
        tmp_path,
        f"""
        import os
        os.chdir({str(home)!r})
        def tried(what):
            try:
                print(what())
            except OSError as problem:
                print(type(problem).__name__)
        tried(lambda: open({str(secret)!r}).read())
        tried(lambda: os.listdir(".local/share/callwarden"))
        tried(lambda: open("file").read())
        for name in (".local", ".local/share", ".local/share/callwarden", ".config", "file"):
            tried(lambda: os.rename(name, name + "2"))
        """,
        Jail(workspace=str(work), home=str(home), masked=masked),
    )
    first, second, third, *moves = done.out.splitlines()
    assert first in {"PermissionError", "FileNotFoundError"}
    assert second in {"PermissionError", "[]"}
    assert third in {"PermissionError", ""}
    assert moves == ["OSError"] * 5  # EBUSY
    assert secret.read_text() == "the key"


def test_the_projects_own_policies_are_there_and_not_writable(tmp_path: Path) -> None:
    home, work = home_with(tmp_path, "work/.callwarden")
    (work / ".callwarden/data.yaml").write_text("a: 1\n")
    done = ran(
        ["sh", "-c", "cat .callwarden/data.yaml; echo x > .callwarden/data.yaml; mv .callwarden other"],
        work,
        jail=Jail(workspace=str(work), home=str(home), readonly=[str(work / ".callwarden")]),
    )
    assert done.out == "a: 1\n"
    assert (work / ".callwarden/data.yaml").read_text() == "a: 1\n"


def test_an_account_whose_home_is_the_root_has_no_writable_home(tmp_path: Path) -> None:
    done = ran(["sh", "-c", "touch /callwarden-test || echo no"], tmp_path, jail=Jail(str(tmp_path), "/"))
    assert done.out == "no\n"
    assert not Path("/callwarden-test").exists()


def test_there_is_no_way_out_but_the_listeners(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        done = script(
            tmp_path,
            f"""
            import errno, socket
            for address in (("192.0.2.1", 80), ("127.0.0.1", {port}), ("169.254.169.254", 80)):
                with socket.socket() as s:
                    s.settimeout(3)
                    print(errno.errorcode[s.connect_ex(address)])
            with socket.socket(type=socket.SOCK_DGRAM) as s:
                print(errno.errorcode[s.connect_ex(("192.0.2.1", 53))])
            print([name for _, name in socket.if_nameindex()])
            """,
            Jail(workspace=str(tmp_path), home=str(tmp_path)),
        )
    assert done.out.splitlines() == ["ENETUNREACH", "ECONNREFUSED", "ENETUNREACH", "ENETUNREACH", "['lo']"]


def test_host_unix_sockets_are_out_of_reach_but_the_gates(tmp_path: Path) -> None:
    home, work = home_with(tmp_path)
    paths = [str(home / name) for name in ("agent.sock", "gate.sock")]
    sockets = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    for sock, path in zip(sockets, [*paths, "\0callwarden-abstract-test"], strict=True):
        sock.bind(path)
        sock.listen()
    done = script(
        tmp_path,
        f"""
        import errno, os, socket
        for path in ({paths[0]!r}, os.environ["CALLWARDEN_SOCKET"], "\\0callwarden-abstract-test"):
            with socket.socket(socket.AF_UNIX) as s:
                print(errno.errorcode.get(s.connect_ex(path), "connected"))
        """,
        Jail(workspace=str(work), home=str(home), gate_socket=paths[1]),
    )
    for sock in sockets:
        sock.close()
    assert done.out.splitlines() == ["ECONNREFUSED", "connected", "ECONNREFUSED"]


def test_only_the_jails_own_processes_and_devices_are_seen(tmp_path: Path) -> None:
    done = script(
        tmp_path,
        f"""
        import os
        print(sorted(int(n) for n in os.listdir("/proc") if n.isdigit())[0], os.path.exists("/proc/{os.getpid()}/cwd"))
        print(sorted(set(os.listdir("/dev")) - {{"nvidia0", "dri", "kfd"}})[:4])
        print(open("/dev/null").read() == "", os.listdir("/dev/pts"))
        for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"):
            try:
                open(path, "w").close()
                print("opened", path)
            except OSError as problem:
                print(problem.errno in (2, 13, 30))
        """,
        Jail(workspace=str(tmp_path), home=str(tmp_path)),
    )
    lines = done.out.splitlines()
    assert lines[0] == "1 False"
    assert "vda" not in lines[1]
    assert lines[2] == "True ['ptmx']"
    assert lines[3:] == ["True", "True"]


def test_the_programs_environment_leads_to_no_agent_of_the_persons(tmp_path: Path) -> None:
    env = {**os.environ, "SSH_AUTH_SOCK": "/tmp/agent", "CALLWARDEN_DATA": "/secret", "DISPLAY": ":0"}
    done = ran(["sh", "-c", "env"], tmp_path, env=env)
    for name in ("SSH_AUTH_SOCK", "CALLWARDEN_DATA", "DISPLAY"):
        assert f"{name}=" not in done.out
