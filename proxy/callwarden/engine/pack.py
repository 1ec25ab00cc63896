"""A bundle with its layers as one file, as OPA servers load it."""

from __future__ import annotations

import gzip
import io
import tarfile

from callwarden.engine.bundle import Bundle


def pack(bundle: Bundle) -> bytes:
    """A gzipped tar. Equal bundles are equal bytes: no times and no owners stand in it."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        for name, content in sorted(bundle.files.items()):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()
