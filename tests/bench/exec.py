"""What exec supervision costs: N x `/bin/true` from a shell, bare and behind the door with a gate that says yes.

    python tests/bench/exec.py [N]

Prints the wall time of each, their ratio, and the extra microseconds an exec. The gate answers at once from another
process, so that what is measured is the door and not the policies. The ratio is against the cheapest program there is.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from callwarden.sandbox.jail import Jail
from callwarden.sandbox.testing import ran

LOOP = "n=$1; t0=$(date +%s%N); while [ $n -gt 0 ]; do /bin/true; n=$((n-1)); done; t1=$(date +%s%N); echo $((t1-t0))"


def seconds(count: int, jail: Jail, workspace: Path) -> float:
    done = ran(["sh", "-c", LOOP, "sh", str(count)], workspace, jail=jail)
    return int(done.out) / 1e9


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        jail = {supervised: Jail(folder, folder, exec_door=supervised) for supervised in (False, True)}
        bare = min(seconds(count, jail[False], Path(folder)) for _ in range(3))
        supervised = min(seconds(count, jail[True], Path(folder)) for _ in range(3))
    extra = (supervised - bare) / count * 1e6
    print(f"{count} x /bin/true: bare {bare:.3f} s, supervised {supervised:.3f} s, ratio {supervised / bare:.2f}")
    print(f"extra {extra:.0f} µs an exec; load {os.getloadavg()[0]:.1f}, measured at {time.strftime('%H:%M')}")


if __name__ == "__main__":
    main()
