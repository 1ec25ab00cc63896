"""What one evaluation costs: `python tests/bench/engine.py [BUNDLE [DOCUMENTS]]`.

DOCUMENTS holds one input document a line; without it, shell commands of several sizes are turned into documents. Prints
the median and the 99th percentile in microseconds, alone and with four threads at once, Go's collector running.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from callwarden.call import Session, parse
from callwarden.document import document
from callwarden.engine import bundle
from callwarden.engine.embedded import Embedded
from callwarden.facts.context import Context
from callwarden.facts.derive import derive

COMMANDS = {
    "one command": "git status",
    "four commands": "cd src && grep -rn TODO . | sort | head -20",
    "a tunnel": "ssh -fNR 2222:localhost:22 user@203.0.113.7",
    "32 commands": "; ".join(f"cp data/{n}.txt build/{n}.txt" for n in range(32)),
}
ROUNDS = 3000


def main(arguments: list[str]) -> None:
    loaded = bundle.load(Path(arguments[0]) if arguments else None)
    began = time.perf_counter()
    engine = Embedded(loaded)
    print(f"compiled in {time.perf_counter() - began:.2f} s, {len(loaded.modules)} modules")
    for name, asked in _documents(loaded, arguments).items():
        alone = [_timed(engine, asked) for _ in range(ROUNDS)]
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda text: _timed(engine, text), [asked] * ROUNDS))
        print(f"{name:16} {len(asked):8} bytes   alone {_shown(alone)}   four threads {_shown(together)}")


def _documents(loaded: bundle.Bundle, arguments: list[str]) -> dict[str, bytes]:
    if len(arguments) > 1:
        return {
            f"line {place}": line for place, line in enumerate(Path(arguments[1]).read_bytes().splitlines(), start=1)
        }
    session = Session(id="bench", agent="bench", principal="bench", team="bench")
    made = {}
    for name, command in COMMANDS.items():
        call = parse({"id": "bench", "kind": "shell", "command": command, "cwd": session.workspace})
        made[name] = document(call, derive(call, Context.of(session, loaded.tables)), session)
    return made


def _timed(engine: Embedded, asked: bytes) -> float:
    began = time.perf_counter()
    engine.evaluate(asked, deadline=10)
    return (time.perf_counter() - began) * 1e6


def _shown(micros: list[float]) -> str:
    ordered = sorted(micros)
    return f"median {ordered[len(ordered) // 2]:6.0f}  p99 {ordered[len(ordered) * 99 // 100]:6.0f}"


if __name__ == "__main__":
    main(sys.argv[1:])
