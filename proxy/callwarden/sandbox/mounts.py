"""What the program sees of the file system. Runs as pid 1 of the jail, before its capabilities are dropped.

Nothing is unmounted, so that nothing needs to be rebuilt: the host's tree stays, made read-only, and what must not be
seen is covered. What stays writable or visible inside a covered folder was cloned before and is put back on top.
A cover holds because the program has no capability and can make no user namespace to get one (`seccomp`).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from callwarden.sandbox import devices, libc, trees
from callwarden.sandbox.jail import GATE_SOCKET, PRIVATE_RUN, Jail

_MS_REC_PRIVATE = 0x4000 | 0x40000
_NOSUID_NODEV = 0x2 | 0x4
# Other people's sockets live here: docker.sock, the session bus, ssh and gpg agents, tmux, X11.
PRIVATE = ("/tmp", "/run", "/dev/shm")  # noqa: S108 - covered, not used
# NixOS and Guix keep the system itself below /run
_KEPT = ("/run/current-system", "/run/booted-system", "/run/opengl-driver", "/run/wrappers")
_PROC_READONLY = ("sys", "irq", "bus", "fs", "acpi", "scsi", "sysrq-trigger")
_PROC_HIDDEN = ("kcore", "keys", "kmsg", "timer_list", "sched_debug")
_KERNEL_FILESYSTEMS = frozenset({"proc", "sysfs", "devtmpfs", "devpts", "mqueue", "debugfs", "tracefs", "cgroup"})
_NAMESERVER = "127.0.0.53"


def build(jail: Jail, scratch: str, sockets: Iterable[str]) -> None:
    """Makes the view. `scratch` is an empty host folder for the jail's `/tmp`; `sockets` are the host's live ones."""
    libc.mount("none", "/", "", _MS_REC_PRIVATE)
    kept = {path: trees.clone(path) for path in _kept(jail)}
    gate = trees.clone(jail.gate_socket) if jail.gate_socket else None
    temporary = trees.clone(scratch)
    nodes = devices.gathered()
    _cover_kernel_filesystems()
    trees.restrict_path("/", trees.READONLY | trees.NOSUID | trees.NODEV)
    devices.build(nodes)
    trees.attach(temporary, "/tmp")  # noqa: S108
    _empty("/run")
    if not Path("/var/run").is_symlink():
        _empty("/var/run")
    for path, tree in sorted(kept.items()):
        _put_back(path, tree)
    _own_proc()
    _run_folder(gate)
    _hide_all(jail, sockets)


def _kept(jail: Jail) -> list[str]:
    asked = (*jail.writable_roots, *jail.visible, *_KEPT)
    real = {os.path.realpath(path) for path in asked}
    return sorted(path for path in real if Path(path).exists() and path not in (*PRIVATE, "/"))


def _put_back(path: str, tree: int) -> None:
    trees.restrict(tree, trees.NOSUID | trees.NODEV)
    if Path(path).is_dir() or not Path(path).exists():
        is_folder = stat.S_ISDIR(os.fstat(tree).st_mode)
        _place(path, folder=is_folder)
    trees.attach(tree, path)


def _place(path: str, *, folder: bool) -> None:
    """Something to mount on, where the folder it lies in was covered by an empty one."""
    target = Path(path)
    if target.exists():
        return
    (target if folder else target.parent).mkdir(parents=True, exist_ok=True)
    if not folder:
        target.touch()


def _cover_kernel_filesystems() -> None:
    """Other mounts of proc, sys and dev (of a chroot, say) show other processes and devices."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        fields, _, kind = line.partition(" - ")
        path = fields.split(" ")[4].encode().decode("unicode_escape")
        standard = path.startswith(("/proc", "/sys", "/dev"))
        if kind.split(" ")[0] in _KERNEL_FILESYSTEMS and not standard and Path(path).is_dir():
            _empty(path)


def _empty(path: str, mode: str = "755") -> None:
    if Path(path).is_dir():
        libc.mount("tmpfs", os.path.realpath(path), "tmpfs", _NOSUID_NODEV, f"mode={mode}")


def _own_proc() -> None:
    libc.mount("proc", "/proc", "proc", _NOSUID_NODEV | 0x8)
    for name in _PROC_READONLY:
        if Path("/proc", name).exists():
            trees.over(f"/proc/{name}", trees.READONLY)
    for name in _PROC_HIDDEN:
        _hide(f"/proc/{name}")


def _run_folder(gate: int | None) -> None:
    folder = Path(PRIVATE_RUN)
    folder.mkdir(mode=0o755)
    if gate is not None:
        Path(GATE_SOCKET).touch()
        trees.attach(gate, GATE_SOCKET)
    resolv = folder / "resolv.conf"
    resolv.write_text(f"nameserver {_NAMESERVER}\noptions timeout:5 attempts:1\n")
    trees.over(PRIVATE_RUN, trees.READONLY)
    target = os.path.realpath("/etc/resolv.conf")
    if target.startswith("/run/"):
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).touch()
    if Path(target).is_file():
        trees.attach(trees.clone(str(resolv)), target)


def _hide_all(jail: Jail, sockets: Iterable[str]) -> None:
    for parent in sorted({parent for path in (*jail.readonly, *jail.masked) for parent in _between(path, jail)}):
        trees.over(parent, 0)  # a mount can't be renamed away, with all that is below it
    for path in jail.readonly:
        if Path(path).exists():
            trees.over(path, trees.READONLY)
    for path in jail.masked:
        _hide(path)
    for path in sockets:
        if path != jail.gate_socket and _is_socket(path):
            _hide(path)


def _hide(path: str) -> None:
    if Path(path).is_dir():
        _empty(path, "0")
        trees.restrict_path(os.path.realpath(path), trees.READONLY)
    elif os.path.lexists(path):
        trees.attach(trees.clone("/dev/null"), os.path.realpath(path))


def _between(path: str, jail: Jail) -> Iterator[str]:
    """The folders between a writable one and what is protected below it."""
    for root in jail.writable_roots:
        for parent in Path(path).parents:
            if parent.is_relative_to(root) and parent != Path(root) and parent.is_dir():
                yield str(parent)


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.lstat(path).st_mode)
    except OSError:
        return False
