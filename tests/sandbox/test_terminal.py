"""On a terminal the program is in front, Ctrl-C and Ctrl-Z do what they do without callwarden."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from callwarden.sandbox.testing import Terminal

JOB = """if True:
    import os, sys
    from callwarden.sandbox.jail import Jail, Program
    from callwarden.sandbox.testing import AnsweringGate
    from callwarden.sandbox.door import ProcessDoor
    gate, folder = AnsweringGate(), os.getcwd()
    door = ProcessDoor(gate.door, Jail(folder, folder))
    door.prepare()
    door.start(Program(["sh", "-c", {command!r}], dict(os.environ), folder))
    {meanwhile}
    status = door.wait()
    print("status", status, "in front", os.tcgetpgrp(0) == os.getpgrp(), flush=True)
"""

# A shell with job control in a few lines: starts a job in a group of its own and tells of its stops and its end.
SHELL = """if True:
    import os, signal, subprocess, sys
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    job = subprocess.Popen([sys.executable, "-c", sys.argv[1]], process_group=0, restore_signals=True)
    os.tcsetpgrp(0, job.pid)
    while True:
        _, status = os.waitpid(job.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            break
        os.tcsetpgrp(0, os.getpgrp())
        print("stopped", flush=True)
        input()
        os.tcsetpgrp(0, job.pid)
        os.killpg(job.pid, signal.SIGCONT)
"""


def job(command: str, meanwhile: str = "") -> str:
    return JOB.format(command=command, meanwhile=meanwhile)


def test_the_program_is_in_front_and_reads_the_terminal(tmp_path: Path) -> None:
    terminal = Terminal(
        tmp_path, sys.executable, "-c", job("test -t 0 && echo is a terminal; read line; echo got $line; exit 3")
    )
    terminal.shows("is a terminal")
    terminal.press(b"words\n")
    terminal.shows("got words")
    terminal.shows("status 3 in front True")
    terminal.close()


def test_ctrl_c_is_the_programs(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, sys.executable, "-c", job("echo up; exec sleep 30"))
    terminal.shows("up")
    time.sleep(0.2)
    terminal.press(b"\x03")
    terminal.shows("status 130 in front True")
    terminal.close()


def test_ctrl_z_stops_the_whole_job_and_it_goes_on_together(tmp_path: Path) -> None:
    command = "echo up; while [ ! -e go ]; do sleep 0.05; done; read line; echo got $line"
    terminal = Terminal(tmp_path, sys.executable, "-c", SHELL, job(command))
    terminal.shows("up")
    time.sleep(0.2)
    terminal.press(b"\x1a")
    terminal.shows("stopped")
    (tmp_path / "go").touch()
    terminal.press(b"\n")
    time.sleep(0.3)
    terminal.press(b"again\n")
    terminal.shows("got again")
    terminal.shows("status 0")
    terminal.close()


def test_a_program_that_reads_while_a_person_is_asked_goes_on_afterwards(tmp_path: Path) -> None:
    ask = """
    from callwarden.approval import Question
    from callwarden.approval.terminal import Terminal
    import time
    time.sleep(0.8)
    question = Question("t", "s", "process", "exec", "id", "test.ask", "because")
    print(Terminal().ask(question, timeout=10).choice, flush=True)
    """
    terminal = Terminal(tmp_path, sys.executable, "-c", job("echo up; read line; echo got $line", ask.strip()))
    terminal.shows("s: no\r\n")
    terminal.press(b"d\n")
    terminal.shows("deny")
    terminal.press(b"more\n")
    terminal.shows("got more")
    terminal.shows("status 0")
    terminal.close()


def test_a_background_job_that_reads_stops_and_goes_on_in_front(tmp_path: Path) -> None:
    shell = SHELL.replace("    os.tcsetpgrp(0, job.pid)\n    while", "    while", 1)
    terminal = Terminal(tmp_path, sys.executable, "-c", shell, job("read line; echo got $line"))
    terminal.shows("stopped")
    terminal.press(b"\n")
    time.sleep(0.3)
    terminal.press(b"words\n")
    terminal.shows("got words")
    terminal.shows("status 0")
    terminal.close()
