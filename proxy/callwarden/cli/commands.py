"""Every command, in the order that `callwarden --help` shows. A new one is a line here and a module beside this one.

The sentence stands here and not in the module, so that the help of the whole imports none of them.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """Where a command is (`module:name`) and what it does, in one sentence."""

    target: str
    help: str


COMMANDS: dict[str, Entry] = {
    "run": Entry("callwarden.cli.run:run", "Run a program behind callwarden."),
    "check": Entry("callwarden.cli.check:check", "Decide about a command, a call or a batch of calls."),
    "facts": Entry("callwarden.cli.facts:facts", "Show what a policy would see of a call."),
    "tools": Entry("callwarden.cli.tools:tools", "List tools that were seen unbound and draft their bindings."),
    "policy": Entry("callwarden.cli.policy:policy", "Test, check and pack policies."),
    "audit": Entry("callwarden.cli.audit:audit", "Read, verify and export the audit log."),
    "doctor": Entry("callwarden.cli.doctor:doctor", "Say what this machine can enforce, and try it."),
    "demo": Entry("callwarden.cli.demo:demo", "Re-enact the incident on this machine, and see it stopped."),
}
