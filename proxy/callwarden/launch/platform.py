"""Whether this machine gives what a run needs. What is missing is named with the option that goes on without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from callwarden.errors import PlatformError
from callwarden.sandbox.platform import Feature, missing, probe, setuid_programs

# Those that people miss; a machine has some twenty more, which `callwarden doctor` lists.
NOTABLE = frozenset({"sudo", "su", "doas", "pkexec", "ping", "mount", "newgrp", "fusermount3"})


JAIL = frozenset({"user_namespace", "jail"})  # as sandbox/platform.py names them


def required(without: frozenset[str], proven: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """What this machine can do, for the session's record. Raises `PlatformError` for what is missing and not waived."""
    features = probe(proven)
    for door in sorted({feature.door for feature in features if feature.door} - without):
        if lacking := missing(features, door):
            raise PlatformError(_explained(door, lacking), f"--unsafe-without {door} would go on: {lacking[0].without}")
    return [asdict(feature) for feature in features]


@contextmanager
def asked(without: frozenset[str]) -> Iterator[Future[list[dict[str, Any]]]]:
    """Asks the machine meanwhile. Whether it can make a jail is proven by the one that will be made."""
    proven = JAIL if "namespaces" not in without else frozenset()
    with ThreadPoolExecutor(1, thread_name_prefix="callwarden-platform") as pool:
        yield pool.submit(required, without, proven)


def weakened(path: str) -> list[str]:
    """The notable programs on a PATH that will not work, because nothing behind callwarden can gain rights."""
    return sorted(NOTABLE & {Path(program).name for program in setuid_programs(path)})


def _explained(door: str, lacking: Iterable[Feature]) -> str:
    why = "; ".join(f"{feature.name}: {feature.reason}" for feature in lacking)
    return f"this machine can't enforce {door} ({why})"
