"""Go's runtime and Python share a process: signals still reach Python's handlers, and Ctrl-C still ends it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from callwarden.engine.testing import lay

PROGRAM = """
import os, signal, sys, threading
from pathlib import Path
from callwarden.engine import bundle
from callwarden.engine.embedded import Embedded
from callwarden.engine.testing import document

engine = Embedded(bundle.load(Path(sys.argv[1])))
seen = []
signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits it ignored
signal.alarm(60)

def shoot():
    for _ in range(500):
        os.kill(os.getpid(), signal.SIGUSR1)

threads = [threading.Thread(target=shoot), threading.Thread(target=lambda: [ask() for _ in range(500)])]
ask = lambda: engine.evaluate(document("ls"), deadline=60)
for thread in threads: thread.start()
while any(thread.is_alive() for thread in threads): ask()
assert seen
try:
    print("shot", flush=True)
    while True: ask()
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_signals_in_the_midst_of_evaluations_do_no_harm(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(lay(tmp_path))]
    environment = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    home = {"HOME": str(Path.home())}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment | home, text=True) as running:
        assert running.stdout
        assert running.stdout.readline() == "shot\n"
        running.send_signal(signal.SIGINT)
        assert running.stdout.readline() == "interrupted\n"
        assert running.wait(60) == 0
