"""The session that `check` and `facts` judge in, and the one call that a command line names."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from callwarden.call import Session, parse
from callwarden.cli.lines import MAX_LINE, Line, line
from callwarden.engine.bundle import Bundle
from callwarden.errors import UsageError


def stage(bundle: Bundle, profile: str, workspace: Path | None, *, batch: bool) -> Session:
    """A batch uses the documented home folder, so that it answers alike on every machine; a person's check theirs."""
    profiles = bundle.data["callwarden"].get("profiles", {})
    if profile not in profiles:
        raise UsageError(f"there is no profile {profile!r}", help=f"there are: {', '.join(sorted(profiles)) or 'none'}")
    home: dict[str, Any] = {} if batch else {"home": str(Path.home())}
    return Session(id="check", profile=profile, workspace=str((workspace or Path()).absolute()), **home)


def single(command: str | None, call_file: IO[bytes] | None) -> Line:
    """The call of `COMMAND` or `--call`."""
    if call_file is not None:
        return line(call_file.read(MAX_LINE + 1))
    try:
        return Line("command", parse({"id": "command", "kind": "shell", "command": command}))
    except ValueError as error:
        return Line("command", problem=str(error))
