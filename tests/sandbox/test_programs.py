"""Programs that start programs: each way of doing it is seen, judged and traced back to where it came from."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from callwarden.sandbox.testing import ran


def no_id(call: dict[str, Any]) -> bool:
    return Path(call["exe"]).name != "id"


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program}")


@needs("make")
def test_a_make_target_is_stopped_and_its_ancestry_recorded(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("all:\n\t@echo building\n\tid -u; echo after\n")
    done = ran(["make"], tmp_path, no_id)
    assert "building" in done.out
    call = next(call for call in done.gate.calls if call["exe"].endswith("/id"))
    assert call["argv"] == ["id", "-u"]
    assert call["cwd"] == str(tmp_path)
    assert call["ancestry"][0].endswith("sh -c id -u; echo after")
    assert call["ancestry"][1:] == ["make"]
    assert "uid=" not in done.out


def test_python_subprocess_is_stopped_with_a_permission_error(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        dedent("""
        import subprocess
        print(subprocess.run(["true"]).returncode, flush=True)
        for use_vfork in (True, False):
            subprocess._USE_VFORK = use_vfork
            try:
                subprocess.run(["/usr/bin/id"])
            except PermissionError:
                print("refused", flush=True)
        """)
    )
    done = ran([sys.executable, "a.py"], tmp_path, no_id)
    assert done.out == "0\nrefused\nrefused\n"
    refused = [call for call in done.gate.calls if call["exe"].endswith("/id")]
    assert refused[0]["ancestry"] == [f"{sys.executable} a.py"]


@needs("node")
def test_node_child_process_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(
        dedent("""
        const { spawnSync, execSync } = require("child_process");
        console.log(execSync("echo yes").toString().trim());
        console.log(spawnSync("/usr/bin/id").error.code);
        """)
    )
    done = ran(["node", "a.js"], tmp_path, no_id)
    assert done.out == "yes\nEACCES\n"


def test_a_script_is_judged_as_its_interpreter_with_the_script(tmp_path: Path) -> None:
    script = tmp_path / "deploy.sh"
    script.write_text("#! /bin/bash  -e \necho deployed $1\n")
    script.chmod(0o755)
    link = tmp_path / "chain"
    link.write_text("#!./deploy.sh arg\n")
    link.chmod(0o755)
    done = ran(["sh", "-c", "./deploy.sh one; ./chain"], tmp_path)
    assert done.out == "deployed one\ndeployed arg\n"
    scripts = [(call["argv"], Path(call["exe"]).name) for call in done.gate.calls[1:]]
    assert scripts == [
        (["/bin/bash", "-e", "./deploy.sh", "one"], "bash"),
        (["/bin/bash", "-e", "./deploy.sh", "arg", "./chain"], "bash"),
    ]


def test_a_denied_interpreter_stops_the_script(tmp_path: Path) -> None:
    script = tmp_path / "a"
    script.write_text("#!/usr/bin/id\n")
    script.chmod(0o755)
    done = ran(["sh", "-c", "./a; echo $?"], tmp_path, no_id)
    assert done.out == "126\n"
    assert "refused id" in done.err


def test_what_does_not_exist_or_can_not_run_is_the_kernels_answer_and_no_call(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    (tmp_path / "bad").write_text("#!/no/such/interpreter\n")
    (tmp_path / "bad").chmod(0o755)
    (tmp_path / "a.py").write_text(
        dedent("""
        import errno, os
        for path in ("/no/such", "./plain", "/tmp", "./plain/x", "./bad", "/proc/self/fd/77"):
            try:
                os.execv(path, ["x"])
            except OSError as problem:
                print(errno.errorcode[problem.errno])
        """)
    )
    done = ran([sys.executable, "a.py"], tmp_path)
    assert done.out.splitlines() == ["ENOENT", "EACCES", "EACCES", "ENOTDIR", "ENOENT", "EBADF"]
    assert len(done.gate.calls) == 1


def test_a_script_without_a_first_line_is_run_by_the_shell_after_the_kernel_declined(tmp_path: Path) -> None:
    file = tmp_path / "plain"
    file.write_text("echo from $0; /usr/bin/id\n")
    file.chmod(0o755)
    done = ran(["bash", "-c", "./plain; true"], tmp_path, no_id)
    assert done.out == "from ./plain\n"
    assert "refused /usr/bin/id" in done.err or "refused id" in done.err


def test_links_relative_paths_and_descriptors_lead_to_the_real_file(tmp_path: Path) -> None:
    (tmp_path / "bin").symlink_to("/usr/bin")
    (tmp_path / "innocent").symlink_to("bin/../bin/id")
    (tmp_path / "a.py").write_text(
        dedent("""
        import os
        file = os.open("/usr/bin/id", os.O_PATH)
        for number, path in enumerate(("./innocent", "bin/id", file, f"/proc/self/fd/{file}")):
            try:
                os.execve(path, ["cat", str(number)], {})
            except OSError as problem:
                print(problem.errno, flush=True)
        os.execv("/proc/self/exe", ["python", "-c", "print('again')"])
        """)
    )
    done = ran([sys.executable, "a.py"], tmp_path, no_id)
    assert done.out == "13\n" * 4 + "again\n"
    assert {call["exe"] for call in done.gate.calls[1:5]} == {"/usr/bin/id"}


def test_odd_arguments_arrive_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        dedent("""
        import subprocess
        long = "x" * 100_000
        argv = ["printf", "%s|", "", "a\\nb", b"\\xff", long, *["y"] * 3000]
        print(subprocess.run(argv, stdout=subprocess.PIPE).stdout.count(b"|"))
        """)
    )
    done = ran([sys.executable, "a.py"], tmp_path)
    assert done.out == "3004\n"
    argv = done.gate.calls[-1]["argv"]
    assert argv[2:5] == ["", "a\nb", "\\xff"]
    assert len(argv[5]) == 100_000


def test_a_refused_program_found_in_two_folders_is_said_once(tmp_path: Path) -> None:
    done = ran(["sh", "-c", "PATH=/usr/bin:/bin id"], tmp_path, no_id)
    assert done.err.count("callwarden: refused") == 1


@pytest.mark.parametrize("descriptors", ["2>&-", "2>/dev/null", "2>/dev/full", "2<&0"])
def test_a_refusal_stands_where_it_can_not_be_said(tmp_path: Path, descriptors: str) -> None:
    done = ran(["sh", "-c", f"(/usr/bin/id {descriptors}); echo $?"], tmp_path, no_id)
    assert "uid=" not in done.out
    assert done.out.endswith("126\n")
