"""The folder of one run, for what the jail must see: the gate's socket and the certificates to trust.

It lies beside nothing of callwarden's own, belongs to us alone, and is gone when the run is.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    root: Path

    @property
    def socket(self) -> Path:
        return self.root / "gate.sock"

    @property
    def trust(self) -> Path:
        """Certificates: readable in the jail, not writable."""
        return self.root / "trust"


@contextmanager
def made() -> Iterator[Place]:
    place = Place(Path(tempfile.mkdtemp(prefix="callwarden-run-")))
    try:
        place.trust.mkdir()
        yield place
    finally:
        shutil.rmtree(place.root, ignore_errors=True)
