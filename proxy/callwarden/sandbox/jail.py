"""What a jail is to be: one value that `run` makes and hands to the supervisor as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Jail:
    """Paths are absolute.

    workspace, home  writable (with `/tmp`, `/var/tmp` and `writable`); the rest of the file system is read-only
    visible          kept although it lies in a folder that is private to the jail (`/tmp`, `/run`)
    masked           not there: the data directory, configuration, keys, people's socket
    readonly         there, not writable: the project's own policy layer
    standins         files among these that are made, with this text, while they are missing; others are folders
    gate_socket      the agents' socket, mounted at `GATE_SOCKET`
    namespaces, exec_door   False only where a person waived them with `--unsafe-without`
    """

    workspace: str
    home: str
    writable: list[str] = field(default_factory=list)
    visible: list[str] = field(default_factory=list)
    masked: list[str] = field(default_factory=list)
    readonly: list[str] = field(default_factory=list)
    standins: dict[str, str] = field(default_factory=dict)
    gate_socket: str | None = None
    proxy_port: int = 3128
    namespaces: bool = True
    exec_door: bool = True

    @property
    def writable_roots(self) -> list[str]:
        """All that lies on the host and can be written to; an account whose home is `/` has none."""
        asked = (self.workspace, self.home, "/var/tmp", *self.writable)  # noqa: S108 - named, not used
        return [root for root in asked if root != "/"]

    def dumped(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def loaded(cls, text: str) -> Jail:
        return cls(**json.loads(text))


@dataclass(frozen=True)
class Program:
    """What to start in the jail; `argv[0]` is looked up on the PATH of `env`, inside the jail."""

    argv: list[str]
    env: dict[str, str]
    cwd: str

    def dumped(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def loaded(cls, text: str) -> Program:
        return cls(**json.loads(text))


PRIVATE_RUN = "/run/callwarden"
GATE_SOCKET = f"{PRIVATE_RUN}/gate.sock"
