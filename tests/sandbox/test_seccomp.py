"""The filter for both machines, run by a small interpreter of the same instructions as the kernel's."""

from __future__ import annotations

import errno
import struct

import pytest

from callwarden.sandbox import seccomp

KILL, NOTIFY, ALLOW = 0x8000_0000, 0x7FC0_0000, 0x7FFF_0000
ARCH = seccomp.AUDIT_ARCH
AF_UNIX, AF_INET, AF_VSOCK = 1, 2, 40
NEWUSER, NEWNET = 0x1000_0000, 0x4000_0000

machines = pytest.mark.parametrize(("machine", "column"), [("x86_64", 0), ("aarch64", 1)])


def verdict(code: bytes, arch: int, number: int, *arguments: int) -> int:
    """What `struct seccomp_data` comes to: an interpreter for the five instructions that are used."""
    data = struct.pack("=IIQ6Q", number, arch, 0, *arguments, *[0] * (6 - len(arguments)))
    steps = list(struct.iter_unpack("=HBBI", code))
    at = word = 0
    while True:
        instruction, yes, no, value = steps[at]
        at += 1
        if instruction == 0x20:
            (word,) = struct.unpack_from("=I", data, value)
        elif instruction == 0x06:
            return int(value)
        else:
            holds = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[instruction]
            at += yes if holds else no


def error(number: int) -> int:
    return 0x0005_0000 | number


@machines
@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("execve", (), NOTIFY),
        ("execveat", (), NOTIFY),
        ("socket", (AF_UNIX,), ALLOW),
        ("socket", (AF_INET,), ALLOW),
        ("socket", (AF_VSOCK,), error(errno.EAFNOSUPPORT)),
        ("socket", ((7 << 32) | AF_VSOCK,), error(errno.EAFNOSUPPORT)),
        ("socketpair", (AF_VSOCK,), error(errno.EAFNOSUPPORT)),
        ("io_uring_setup", (), error(errno.ENOSYS)),
        ("clone", (17,), ALLOW),
        ("clone", (NEWUSER | 17,), error(errno.EPERM)),
        ("clone3", (), error(errno.ENOSYS)),
        ("unshare", (NEWUSER | NEWNET,), error(errno.EPERM)),
        ("setns", (), error(errno.EPERM)),
        ("seccomp", (1, 0), ALLOW),
        ("seccomp", (1, 8), error(errno.EPERM)),
        ("seccomp", (1, 8 | 32), error(errno.EPERM)),
        ("ioctl", (0, 0x5413), ALLOW),
        ("ioctl", (0, 0x5412), error(errno.EPERM)),
        ("ioctl", (0, (1 << 32) | 0x5412), error(errno.EPERM)),
        ("keyctl", (), error(errno.EPERM)),
    ],
)
def test_each_call_on_each_machine(
    machine: str, column: int, call: str, arguments: tuple[int, ...], expected: int
) -> None:
    code = seccomp.program(machine, notify=True)
    assert verdict(code, ARCH[machine], seccomp.NUMBERS[call][column], *arguments) == expected


@machines
def test_another_architectures_calls_are_killed(machine: str, column: int) -> None:
    code = seccomp.program(machine, notify=True)
    assert verdict(code, 0x4000_0003, seccomp.NUMBERS["execve"][column]) == KILL  # i386
    assert verdict(code, 0x4000_0028, 1) == KILL  # arm


def test_the_x32_numbers_are_killed_on_x86_64() -> None:
    code = seccomp.program("x86_64", notify=True)
    assert verdict(code, ARCH["x86_64"], 0x4000_0000 | 520) == KILL


@machines
def test_without_exec_supervision_the_rest_of_the_filter_stands(machine: str, column: int) -> None:
    code = seccomp.program(machine, notify=False)
    assert verdict(code, ARCH[machine], seccomp.NUMBERS["execve"][column]) == ALLOW
    assert verdict(code, ARCH[machine], seccomp.NUMBERS["socket"][column], AF_VSOCK) == error(errno.EAFNOSUPPORT)
