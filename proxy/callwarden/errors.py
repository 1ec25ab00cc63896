"""Every error callwarden raises, and whose fault each is.

    CallwardenError
    ├── UsageError         the caller's: an option, a file, a configuration   exit 2
    │   └── BundleError    the policy author's: Rego or data that does not load, with file and line
    ├── EngineError        the engine gave no usable answer; the gate turns it into deny `gate.engine`
    │   ├── EngineTimeout  it ran past its deadline
    │   └── EngineMissing  it cannot be had here (no bridge built, no server reached)
    ├── AuditError         a record could not be written or read; a call that can't be recorded does not run
    │   ├── AuditMissing   there is no log where one was named
    │   ├── AuditLocked    another gate process owns the data directory
    │   └── ChainBroken    the log does not verify, and where
    ├── DoorError          a door could not be put up or has gone: nothing runs without it
    │   └── GateGone       the gate does not answer: everything is refused
    └── PlatformError      this machine can't enforce what was asked; names the `--unsafe-without` that would go on

A message says what happened and whose fault it was; `help` says what to do next.
"""

from __future__ import annotations


class CallwardenError(Exception):
    """Base of all; `exit_code` is what the CLI ends with (70: our own fault, as in sysexits.h EX_SOFTWARE)."""

    exit_code = 70

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


class UsageError(CallwardenError):
    exit_code = 2


class BundleError(UsageError):
    pass


class EngineError(CallwardenError):
    pass


class EngineTimeout(EngineError):
    pass


class EngineMissing(EngineError):
    exit_code = 2  # a server that was named and is not there, a bridge that was not built: configuration


class AuditError(CallwardenError):
    pass


class AuditMissing(AuditError):
    exit_code = 2


class AuditLocked(AuditError):
    exit_code = 2


class ChainBroken(AuditError):
    exit_code = 1


class DoorError(CallwardenError):
    exit_code = 125


class GateGone(DoorError):
    pass


class PlatformError(CallwardenError):
    exit_code = 125
