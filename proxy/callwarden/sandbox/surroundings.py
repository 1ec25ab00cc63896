"""What this machine looks like from inside: a container, a subsystem, and what later doors could use."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from callwarden.sandbox import libc

Row = tuple[str, bool, str]
_LANDLOCK_VERSION = 1  # LANDLOCK_CREATE_RULESET_VERSION


def report() -> list[Row]:
    """Name, whether it is there, and in words. Nothing depends on these yet."""
    return [landlock(), cgroups()]


def landlock() -> Row:
    try:
        version = libc.syscall("landlock_create_ruleset", None, 0, _LANDLOCK_VERSION)
    except OSError as problem:
        return ("landlock", False, f"not in this kernel: {problem.strerror}")
    return ("landlock", True, f"ABI {version}")


def cgroups(root: Path = Path("/sys/fs/cgroup")) -> Row:
    if not (root / "cgroup.controllers").exists():
        return ("cgroup_v2", False, "not mounted as the one hierarchy")
    writable = os.access(root / own_cgroup(), os.W_OK)
    return ("cgroup_v2", writable, "delegated to this user" if writable else "not delegated to this user")


def own_cgroup(table: Path = Path("/proc/self/cgroup")) -> str:
    lines = table.read_text().splitlines() if table.exists() else []
    return next((line[3:].lstrip("/") for line in lines if line.startswith("0::")), "")


def place(root: Path = Path("/")) -> str:
    """`docker`, `kubernetes`, `wsl`, `macos` …, or `linux` for a machine that is none of these."""
    if platform.system() != "Linux":
        return {"Darwin": "macos"}.get(platform.system(), platform.system().lower())
    if (root / "var/run/secrets/kubernetes.io").exists() or "KUBERNETES_SERVICE_HOST" in os.environ:
        return "kubernetes"
    if (root / ".dockerenv").exists():
        return "docker"
    if (root / "run/.containerenv").exists():
        return "podman"
    version = root / "proc/version"
    return "wsl" if version.exists() and "microsoft" in version.read_text().lower() else "linux"


_HINTS = {
    "docker": "Docker's default seccomp profile forbids this: --security-opt seccomp=unconfined "
    "--security-opt systempaths=unconfined, or run callwarden on the host",
    "podman": "podman's default profile forbids this: --security-opt seccomp=unconfined --security-opt unmask=ALL",
    "kubernetes": "the pod's security context forbids this: seccompProfile Unconfined, procMount Unmasked, "
    "or hostUsers: false",
    "wsl": "WSL 1 has no such kernel; WSL 2 has",
}


def hint() -> str:
    """What to do about it where this is, as the end of a sentence."""
    switched_off = _switched_off()
    text = switched_off or _HINTS.get(place(), "")
    return f" ({text})" if text else ""


def _switched_off() -> str:
    switches = (
        ("kernel/apparmor_restrict_unprivileged_userns", "1"),
        ("kernel/unprivileged_userns_clone", "0"),
        ("user/max_user_namespaces", "0"),
        ("kernel/yama/ptrace_scope", "3"),
    )
    for name, closed in switches:
        file = Path("/proc/sys", name)
        if file.exists() and file.read_text().strip() == closed:
            return f"sysctl {name.replace('/', '.')} is {closed}"
    return ""
