"""A packed bundle is OPA's form of it, byte for byte the same each time."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from callwarden.engine import bundle
from callwarden.engine.pack import pack
from callwarden.engine.testing import SMALL, lay


def test_equal_bundles_are_packed_into_equal_bytes(tmp_path: Path) -> None:
    first, second = (bundle.load(lay(tmp_path / name)) for name in "ab")
    assert pack(first) == pack(second)
    with tarfile.open(fileobj=io.BytesIO(pack(first))) as tar:
        assert tar.getnames() == sorted(SMALL)
