"""A bundle: the Rego and data that are loaded, as OPA lays them out, with a person's own layers over them.

    policies/                          the bundle: folder = package path
      .manifest                        roots
      callwarden/org/data.yaml         -> data.callwarden.org
      callwarden/rules/shell/*.rego
      schemas/*.json                   what the type checker knows; no data
    ~/.config/callwarden/, .callwarden/    layers: data.yaml and rules/<family>/*.rego
                                     -> callwarden/layers/user/…, callwarden/layers/project/…

What would silently be left out (a `data.yml`, a list in some other .yaml) is an error instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callwarden.engine import folder, plain
from callwarden.errors import BundleError


@dataclass(frozen=True)
class Bundle:
    """`files` are the bundle's own bytes by relative path, `data` what the data files say together."""

    files: Mapping[str, bytes]
    data: Mapping[str, Any]
    roots: tuple[str, ...] = ("callwarden",)
    schemas: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over paths and contents; what a decision names as its policy."""
        found = hashlib.sha256()
        for name in sorted(self.files):
            for piece in (name.encode(), self.files[name]):
                found.update(len(piece).to_bytes(8, "big") + piece)
        return found.hexdigest()

    @property
    def revision(self) -> str:
        """What the bundle calls itself, `data.callwarden.bundle.revision`; empty where it does not say."""
        revision = _at(self.data, "callwarden", "bundle", "revision")
        return revision if isinstance(revision, str) else ""

    @property
    def tables(self) -> Mapping[str, Any]:
        """`data.callwarden.facts`. Without them nothing would be secret, so their absence is an error."""
        tables = _at(self.data, "callwarden", "facts")
        if not isinstance(tables, dict) or not tables:
            raise BundleError("the bundle has no tables at data.callwarden.facts")
        return tables

    @property
    def modules(self) -> dict[str, str]:
        """Rego by path."""
        return {name: text.decode("utf-8") for name, text in self.files.items() if name.endswith(".rego")}


def starter() -> Path:
    """The bundle that comes with callwarden: packed into the package, or the `policies/` of a checkout."""
    package = Path(__file__).parents[1]
    for place in (package / "starter", package.parents[1] / "policies"):
        if (place / "callwarden").is_dir():
            return place
    raise BundleError("the starter policies are missing from this installation", help="Reinstall callwarden.")


def load(root: Path | None = None, *, user: Path | None = None, project: Path | None = None) -> Bundle:
    """The bundle in `root` (default: the starter) with its layers; a layer's folder that is not there is no layer.

    Raises `BundleError`, with file and line where there is one.
    """
    root = root or starter()
    if not root.is_dir():
        raise BundleError(
            f"{root}: not a folder", help="A bundle is a folder with a .manifest, Rego and data.yaml files."
        )
    files = {name: folder.read(place) for name, place in folder.walk(root) if folder.belongs(name)}
    for layer, place in (("user", user), ("project", project)):
        if place is not None and place.exists():
            files |= folder.layered(layer, place)
    roots = _roots(files.get(".manifest"))
    _check_text(files)
    return Bundle(files=files, data=_merge(files, roots), roots=roots, schemas=_schemas(root))


def _roots(manifest: bytes | None) -> tuple[str, ...]:
    if manifest is None:
        raise BundleError(
            ".manifest:1: missing", help='It says which packages are the bundle\'s: {"roots": ["callwarden"]}'
        )
    said = plain.read(".manifest", manifest)
    roots = said.get("roots")
    if not isinstance(roots, list) or not roots or not all(isinstance(root, str) and root for root in roots):
        raise BundleError('.manifest:1: roots is a list of package paths, such as ["callwarden"]')
    if said.get("rego_version", 1) != 1:
        raise BundleError(".manifest:1: rego_version is 1")
    return tuple(root.strip("/") for root in roots)


def _check_text(files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise BundleError(f"{name}:{line}: not UTF-8") from None


def _merge(files: Mapping[str, bytes], roots: tuple[str, ...]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name in sorted(files):
        path, _, base = name.rpartition("/")
        if base in folder.DATA:
            value: Any = plain.read(name, files[name])
            for step in reversed(path.split("/") if path else []):
                value = {step: value}
            _within(name, value, roots)
            _lay(name, data, value, "data")
    revision = _at(data, "callwarden", "bundle", "revision")
    if revision is not None and not isinstance(revision, str):
        raise BundleError("callwarden/bundle/data.yaml:1: revision is text")
    return data


def _within(name: str, value: dict[str, Any], roots: tuple[str, ...]) -> None:
    for path in _paths(value, max(root.count("/") for root in roots) + 1):
        if not any(path == root or path.startswith(root + "/") for root in roots):
            raise BundleError(f"{name}:1: data.{path.replace('/', '.')} is outside the roots that .manifest names")


def _paths(value: dict[str, Any], depth: int, prefix: str = "") -> Iterator[str]:
    for key, below in value.items():
        if depth > 1 and isinstance(below, dict) and below:
            yield from _paths(below, depth - 1, f"{prefix}{key}/")
        else:
            yield prefix + key


def _lay(name: str, data: dict[str, Any], value: dict[str, Any], path: str) -> None:
    for key, new in value.items():
        old = data.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            _lay(name, old, new, f"{path}.{key}")
        elif key in data:
            raise BundleError(f"{name}:1: {path}.{key} is also in another data file")
        else:
            data[key] = new


def _schemas(root: Path) -> dict[str, Any]:
    places = sorted((root / "schemas").glob("*.json"))
    return {place.stem: plain.read(str(place), folder.read(place)) for place in places}


def _at(data: Mapping[str, Any], *path: str) -> Any:
    found: Any = data
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
