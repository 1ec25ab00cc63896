"""What tests of clients fetch from the web server of the tests: a git repository, a Python and a Node package."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
import zipfile

from callwarden.egress.origin import Origin

WHEEL = "tiny_thing-1.0-py3-none-any.whl"
NAME = "tiny-thing"
_METADATA = {
    "METADATA": "Metadata-Version: 2.1\nName: tiny-thing\nVersion: 1.0\n",
    "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n",
    "RECORD": "",
}


def repository(origin: Origin) -> str:
    """A git repository that is served as files (the "dumb" protocol); its path on the server."""
    bare = origin.root / "tool.git"
    if not bare.exists():
        work = origin.root.parent / "work"
        name = ("-c", "user.name=a", "-c", "user.email=a@localhost")
        for argv in (
            ("init", "-q", str(work)),
            ("-C", str(work), *name, "commit", "-q", "--allow-empty", "-m", "first"),
            ("clone", "-q", "--bare", str(work), str(bare)),
            ("-C", str(bare), "update-server-info"),
        ):
            subprocess.run(["git", *argv], check=True, timeout=30)
    return f"/{bare.name}"


def index(origin: Origin) -> str:
    """A package index for pip with one wheel of `NAME`; its path on the server."""
    simple = origin.root / "simple" / NAME
    simple.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(simple / WHEEL, "w") as archive:
        archive.writestr("tiny_thing.py", "")
        for name, text in _METADATA.items():
            archive.writestr(f"tiny_thing-1.0.dist-info/{name}", text)
    (simple / "index.html").write_text(f'<a href="{WHEEL}">{WHEEL}</a>')
    return "/simple/"


def registry(origin: Origin) -> str:
    """A registry for npm with one version of `NAME`; its path on the server."""
    package = json.dumps({"name": NAME, "version": "1.0.0"}).encode()
    tarball = origin.root / f"{NAME}-1.0.0.tgz"
    with tarfile.open(tarball, "w:gz") as archive:
        entry = tarfile.TarInfo("package/package.json")
        entry.size = len(package)
        archive.addfile(entry, io.BytesIO(package))
    digest = hashlib.sha1(tarball.read_bytes(), usedforsecurity=False).hexdigest()
    dist = {"tarball": origin.url(f"/{tarball.name}"), "shasum": digest}
    versions = {"1.0.0": {"name": NAME, "version": "1.0.0", "dist": dist}}
    about = {"name": NAME, "dist-tags": {"latest": "1.0.0"}, "versions": versions}
    (origin.root / NAME).write_text(json.dumps(about))
    return "/"
