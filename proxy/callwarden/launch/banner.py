"""What a run says of itself: three or four lines at the start, one at the end. Pure; everything goes to stderr."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from callwarden.call import Session
from callwarden.launch.fragment import Fragment

LOST = {
    "namespaces": "the program shares this machine's network, files and processes: programs that ignore the proxy "
    "variables reach the network unseen, and the log and the policies are within its reach",
    "exec": "what the program starts is not judged: only what it announces at the tool door, and its requests, are",
    "egress": "HTTP is neither judged nor recorded; with namespaces there is no network at all",
}


def opening(
    session: Session,
    fragment: Fragment,
    *,
    policy: str,
    log: Path,
    without: frozenset[str],
    setuid: Sequence[str],
    shown: Sequence[str] = (),
) -> Iterator[str]:
    """The lines at the start. What is not enforced is said before anything else."""
    for name in sorted(without):
        yield f"UNSAFE: without {name}: {LOST[name]}"
    held = [name for name in ("tool calls", "processes", "network") if _WAIVED_BY[name] not in without]
    verb = "enforcing" if session.mode == "enforce" else "OBSERVING ONLY, nothing but credentials and self is stopped:"
    yield f"{verb} profile {session.profile} on {', '.join(held)}  (policy {policy[:12]})"
    if fragment.hosts:
        yield f"model hosts of {session.agent}: {', '.join(fragment.hosts)}"
    if shown:
        yield f"shown on purpose: {', '.join(shown)}"
    if setuid:
        yield f"programs that need set-user-ID rights will not work: {', '.join(setuid)}"
    yield f"log: {log}"


_WAIVED_BY = {"tool calls": "", "processes": "exec", "network": "egress"}


def closing(counters: Mapping[str, int], data: Path, session: str, *, default_data: bool) -> str:
    """The one line at the end: how much was asked, how much was refused, and where to read about it."""
    where = "" if default_data else f" --data {data}"
    return (
        f"{counters.get('calls', 0)} calls, {counters.get('refused', 0)} refused. "
        f"See: callwarden audit tree{where} --session {session}"
    )
