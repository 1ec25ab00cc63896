"""Ways round exec supervision that were tried against it. Each is bounded and stays in the jail."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from callwarden.sandbox.testing import Outcome, ran

needs_compiler = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc: apt install gcc")
x86_only = pytest.mark.skipif(platform.machine() != "x86_64", reason="x86_64 has the foreign ABIs tried here")


def script(tmp_path: Path, source: str, judge: Any = lambda _call: True) -> Outcome:
    file = tmp_path / "attack.py"
    file.write_text(dedent(source))
    return ran([sys.executable, "-I", str(file)], tmp_path, judge)


def denies(word: str) -> Any:
    return lambda call: not any(word in argument for argument in call["argv"])


SWAP = """
    import ctypes, mmap, os, threading, time
    libc = ctypes.CDLL(None)
    shared = mmap.mmap(-1, 4096)
    shared[0:5] = b"good\\0"
    at = ctypes.addressof(ctypes.c_char.from_buffer(shared))
    argv = (ctypes.c_void_p * 3)(ctypes.cast(ctypes.c_char_p(b"echo"), ctypes.c_void_p).value, at, None)
    environment = (ctypes.c_char_p * 1)(None)
    flipper = os.fork()
    if flipper == 0:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            for _ in range(1000):
                shared[0:4] = b"evil"
                shared[0:4] = b"good"
    for _ in range(150):
        child = os.fork()
        if child == 0:
            libc.execve(b"/bin/echo", argv, environment)
            os._exit(9)
        os.waitpid(child, 0)
    os.kill(flipper, 9)
"""


def test_arguments_swapped_by_a_sibling_never_run(tmp_path: Path) -> None:
    done = script(tmp_path, SWAP, denies("evil"))
    assert done.status == 0
    assert "evil" not in done.out
    assert "good" in done.out
    killed = [event for event in done.events if event["event"] == "swapped"]
    assert killed  # the race was really run, and lost
    assert {message["finding"]["rule"] for message in done.gate.refused} == {"process.swapped"}
    assert done.gate.refused[0]["call"]["argv"] == ["echo", "evil"]


def test_a_path_swapped_for_another_program_never_runs(tmp_path: Path) -> None:
    done = script(
        tmp_path,
        """
        import os, time
        flipper = os.fork()
        if flipper == 0:
            end = time.monotonic() + 15
            while time.monotonic() < end:
                for target in ("/bin/echo", "/usr/bin/id"):
                    os.symlink(target, "next")
                    os.replace("next", "flips")
        time.sleep(0.1)
        for _ in range(100):
            child = os.fork()
            if child == 0:
                try:
                    os.execve("./flips", ["flips"], {})
                except OSError:
                    os._exit(9)
            os.waitpid(child, 0)
        os.kill(flipper, 9)
        """,
        lambda call: not call["exe"].endswith("/id"),
    )
    assert done.status == 0
    assert "uid=" not in done.out


@x86_only
def test_a_foreign_abi_is_killed(tmp_path: Path) -> None:
    attack = """
        import ctypes, mmap, os
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write({code!r})
        run = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
        child = os.fork()
        if child == 0:
            run()
            os._exit(0)
        print(os.waitpid(child, 0)[1])
    """
    getpid_i386 = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # mov eax, 20; int 0x80; ret
    getpid_x32 = b"\xb8\x27\x00\x00\x40\x0f\x05\xc3"  # mov eax, 0x40000027; syscall; ret
    for code in (getpid_i386, getpid_x32):
        assert script(tmp_path, attack.format(code=code)).out == "31\n"  # SIGSYS


def test_a_program_in_memory_is_refused_by_name(tmp_path: Path) -> None:
    done = script(
        tmp_path,
        """
        import os
        file = os.memfd_create("x")
        os.write(file, open("/bin/true", "rb").read())
        try:
            os.execve(file, ["ls"], {})
        except OSError as problem:
            print(problem.errno)
        """,
    )
    assert done.out == "13\n"
    assert "process.unnamed" in done.err
    assert [event["rule"] for event in done.events if event["event"] == "refused"] == ["process.unnamed"]


def test_a_deleted_program_is_refused_by_name(tmp_path: Path) -> None:
    done = script(
        tmp_path,
        """
        import os, shutil
        shutil.copy("/bin/true", "gone")
        file = os.open("gone", os.O_PATH)
        os.unlink("gone")
        try:
            os.execve(f"/proc/self/fd/{file}", ["ls"], {})
        except OSError as problem:
            print(problem.errno)
        """,
    )
    assert done.out == "13\n"
    assert "process.unnamed" in done.err


def test_a_process_traced_by_another_is_refused_by_name(tmp_path: Path) -> None:
    done = script(
        tmp_path,
        """
        import ctypes, os
        libc = ctypes.CDLL(None)
        child = os.fork()
        if child == 0:
            libc.ptrace(0, 0, None, None)
            try:
                os.execv("/bin/true", ["true"])
            except OSError as problem:
                print(problem.errno, flush=True)
            os._exit(0)
        os.waitpid(child, 0)
        """,
    )
    assert done.out == "13\n"
    assert "process.traced" in done.err


def test_what_would_step_round_the_filter_is_refused(tmp_path: Path) -> None:
    done = script(
        tmp_path,
        """
        import ctypes, errno, fcntl, os, socket, sys
        libc = ctypes.CDLL(None, use_errno=True)
        def tried(name, result):
            print(name, errno.errorcode[ctypes.get_errno()] if result < 0 else "worked")
        for family, number in (("AF_VSOCK", 40), ("AF_PACKET", 17), ("AF_BLUETOOTH", 31), ("AF_ALG", 38)):
            try:
                socket.socket(number, socket.SOCK_RAW)
                print(family, "worked")
            except OSError as problem:
                print(family, errno.errorcode[problem.errno])
        tried("user namespace", libc.unshare(0x10000000))
        tried("mount", libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
        tried("umount", libc.umount2(b"/run", 2))
        tried("chroot", libc.chroot(b"/tmp"))
        tried("io_uring", libc.syscall(425, 1, None))
        numbers = {"x86_64": (317, 250), "aarch64": (277, 219)}[os.uname().machine]
        tried("listener", libc.syscall(numbers[0], 1, 8, None))
        tried("keyctl", libc.syscall(numbers[1], 0, 0))
        tried("setns", libc.setns(0, 0))
        """,
    )
    assert dict(line.rsplit(" ", 1) for line in done.out.splitlines()) == {
        "AF_VSOCK": "EAFNOSUPPORT",
        "AF_PACKET": "EAFNOSUPPORT",
        "AF_BLUETOOTH": "EAFNOSUPPORT",
        "AF_ALG": "EAFNOSUPPORT",
        "user namespace": "EPERM",
        "mount": "EPERM",
        "umount": "EPERM",
        "chroot": "EPERM",
        "io_uring": "ENOSYS",
        "listener": "EPERM",
        "keyctl": "EPERM",
        "setns": "EPERM",
    }


def test_pid_1_of_the_jail_is_out_of_reach(tmp_path: Path) -> None:
    done = script(
        tmp_path,
        """
        import ctypes, os
        libc = ctypes.CDLL(None)
        print(libc.ptrace(0x4206, 1, None, None))
        try:
            open("/proc/1/mem", "rb")
        except OSError as problem:
            print(problem.errno)
        os.kill(1, 9)
        print("alive")
        """,
    )
    assert done.out == "-1\n13\nalive\n"


@needs_compiler
def test_an_exec_by_another_thread_is_judged_and_verified(tmp_path: Path) -> None:
    source = tmp_path / "thread.c"
    source.write_text(
        dedent("""
        #include <pthread.h>
        #include <unistd.h>
        static void *run(void *argument) {
            execl("/bin/echo", "echo", "from a thread", (char *)0);
            return argument;
        }
        int main(void) {
            pthread_t thread;
            pthread_create(&thread, 0, run, 0);
            for (;;) pause();
        }
        """)
    )
    program = tmp_path / "thread"
    subprocess.run(["gcc", "-pthread", "-o", program, source], check=True)
    done = ran([str(program)], tmp_path)
    assert (done.status, done.out) == (0, "from a thread\n")
    assert done.gate.programs() == ["thread", "echo"]
