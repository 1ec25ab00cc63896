"""What must not be made by the program while it runs: protected paths that are not there yet.

The project's policy layer or callwarden's own folder could be made by the program for the next run to find. So an
empty folder stands there meanwhile, covered like the others, and goes when it was not needed. A link on the way to a
protected path could be replaced by the program, and a mount can't stand in for a link: that is refused.
"""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path

from callwarden.errors import DoorError
from callwarden.sandbox.jail import Jail

_NOT_OURS = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR)


def put(jail: Jail) -> list[Path]:
    """Makes what is missing; returns what was made, innermost last. Raises `DoorError` for a link."""
    made: list[Path] = []
    for name in (*jail.masked, *jail.readonly):
        path = Path(name)
        root = _writable_root(path, jail)
        if root is None:
            continue
        inner = [path, *(parent for parent in path.parents if parent != root and parent.is_relative_to(root))]
        for step in reversed(inner):
            if step.is_symlink():
                raise DoorError(
                    f"{step} is a link, which the program could replace",
                    help="put the folder itself there, or name the place it leads to",
                )
            if step.exists():
                continue
            if not _made(step, jail):
                break
            made.append(step)
    return made


def remove(made: list[Path], jail: Jail) -> None:
    """Takes away what is still as it was put: what the person wrote there meanwhile is theirs."""
    for path in reversed(made):
        with suppress(OSError, UnicodeDecodeError):
            if str(path) not in jail.standins:
                path.rmdir()
            elif path.read_text() == jail.standins[str(path)]:
                path.unlink()


def _made(path: Path, jail: Jail) -> bool:
    """False where this account may not make it, or the home is not there: then the program can't make it either."""
    try:
        if str(path) in jail.standins:
            path.touch(mode=0o600, exist_ok=False)
            path.write_text(jail.standins[str(path)])
        else:
            path.mkdir(mode=0o700)
    except OSError as problem:
        if problem.errno in _NOT_OURS:
            return False
        raise DoorError(f"{path} can't be kept from being made: {problem.strerror}") from problem
    return True


def _writable_root(path: Path, jail: Jail) -> Path | None:
    """The innermost folder of those that the program may write to which holds the path."""
    roots = [Path(root) for root in jail.writable_roots]
    holding = [root for root in roots if path != root and path.is_relative_to(root)]
    return max(holding, key=lambda root: len(root.parts), default=None)
