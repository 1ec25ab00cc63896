"""What lies in a folder of policies, and which of it is the bundle's.

What OPA would silently leave out (a `data.yml`, a list in some other .yaml) is an error here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from callwarden.errors import BundleError

DATA = ("data.yaml", "data.json")
MAX_FILE = 8 << 20  # the largest tables of known names are some hundred KiB

_PACKAGE = re.compile(r"package\s+([A-Za-z0-9_.]+)\s*(?:#.*)?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def walk(root: Path, prefix: str = "") -> Iterator[tuple[str, Path]]:
    """Every file below, sorted; names that start with a dot are not the bundle's, but for `.manifest`."""
    try:
        entries = sorted(root.iterdir())
    except OSError as error:
        raise BundleError(f"{root}: {error.strerror}") from error
    for place in entries:
        name = prefix + place.name
        if place.name.startswith(".") and name != ".manifest":
            continue
        if place.is_dir() and place.is_symlink():
            raise BundleError(f"{place}: a link to a folder; a bundle is one tree")
        if place.is_dir():
            yield from walk(place, name + "/")
        else:
            yield name, place


def belongs(name: str) -> bool:
    """Whether a file is part of what OPA loads; raises for one whose author surely thinks so."""
    folder, _, base = name.rpartition("/")
    if base.endswith(".rego") or base in DATA or name == ".manifest":
        return True
    schema = folder == "schemas" or folder.startswith("schemas/")
    if base.endswith((".yaml", ".yml")) or (base.endswith(".json") and not schema):
        raise BundleError(f"{name}:1: OPA would leave this out", help="Data files are called data.yaml (or data.json).")
    return False


def read(place: Path) -> bytes:
    try:
        if place.stat().st_size > MAX_FILE:
            raise BundleError(f"{place}: larger than {MAX_FILE >> 20} MiB")
        return place.read_bytes()
    except OSError as error:
        raise BundleError(f"{place}: {error.strerror}") from error


def layered(layer: str, folder: Path) -> dict[str, bytes]:
    """A person's folder as files of the bundle. Anything else that lies in the folder is not a policy and stays out."""
    found: dict[str, bytes] = {}
    base = f"callwarden/layers/{layer}"
    if (folder / "data.yml").exists():
        raise BundleError(f"{folder / 'data.yml'}:1: OPA would leave this out", help="Call it data.yaml.")
    for name in DATA:
        if (folder / name).exists():
            found[f"{base}/{name}"] = read(folder / name)
    if (folder / "rules").exists():
        for name, place in walk(folder / "rules"):
            found[f"{base}/rules/{name}"] = _rule(layer, name, place)
    return found


def _rule(layer: str, name: str, place: Path) -> bytes:
    family, _, base = name.partition("/")
    if not _NAME.fullmatch(family) or "/" in base or not base.endswith(".rego"):
        raise BundleError(f"{place}:1: a layer's rules are files rules/<family>/<name>.rego")
    content = read(place)
    line, package = _package(content)
    allowed = {f"callwarden.layers.{layer}.rules.{family}"}
    if base.endswith("_test.rego"):
        allowed |= {f"{name}_test" for name in allowed}
    if package not in allowed:
        raise BundleError(f"{place}:{line}: the package here is {min(allowed)}, not {package or 'missing'}")
    return content


def _package(content: bytes) -> tuple[int, str]:
    """The line and name of the package clause, which is the first thing in a module that is not a comment."""
    # at line feeds alone, as Rego does: other separators don't end a comment there
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            match = _PACKAGE.fullmatch(line.strip())
            return number, match[1] if match else ""
    return 1, ""
