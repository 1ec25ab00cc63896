"""A small assembler for seccomp filters: rules of conditions that must all hold, in order. Pure.

Each rule is `condition* → action`; a condition that fails jumps past its rule. The end allows. A filter for another
architecture's call kills the process: numbers mean something else there.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

_LOAD, _JUMP_EQ, _JUMP_GE, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_KILL_PROCESS, _ERRNO, _NOTIFY, _ALLOW = 0x8000_0000, 0x0005_0000, 0x7FC0_0000, 0x7FFF_0000
_NUMBER_OFFSET, _ARCH_OFFSET, _ARGUMENT_OFFSET = 0, 4, 16


@dataclass(frozen=True)
class Condition:
    """Compares one 32-bit word of `struct seccomp_data`."""

    offset: int
    jump: int
    value: int
    negate: bool = False


def number(value: int = 0, *, at_least: int | None = None) -> Condition:
    """The system call's number is `value`, or is `at_least` one."""
    if at_least is not None:
        return Condition(_NUMBER_OFFSET, _JUMP_GE, at_least)
    return Condition(_NUMBER_OFFSET, _JUMP_EQ, value)


def low(argument: int) -> int:
    """Where the low half of an argument is (both machines are little-endian); the kernel reads no more of an int."""
    return _ARGUMENT_OFFSET + 8 * argument


def equals(offset: int, value: int, *, negate: bool = False) -> Condition:
    return Condition(offset, _JUMP_EQ, value, negate)


def has_bits(offset: int, bits: int) -> Condition:
    return Condition(offset, _JUMP_SET, bits)


@dataclass
class Filter:
    """Rules for one architecture, in the order they were added; the first that holds decides."""

    arch: int
    _rules: list[tuple[tuple[Condition, ...], int]] = field(default_factory=list)

    def kill(self, *conditions: Condition) -> None:
        self._rules.append((conditions, _KILL_PROCESS))

    def fail(self, error: int, *conditions: Condition) -> None:
        self._rules.append((conditions, _ERRNO | error))

    def notify(self, *conditions: Condition) -> None:
        self._rules.append((conditions, _NOTIFY))

    def assembled(self) -> bytes:
        """`struct sock_filter` entries."""
        start = [(_LOAD, 0, 0, _ARCH_OFFSET), (_JUMP_EQ, 1, 0, self.arch), (_RETURN, 0, 0, _KILL_PROCESS)]
        body = [step for conditions, action in self._rules for step in _rule(conditions, action)]
        return b"".join(struct.pack("=HBBI", *step) for step in [*start, *body, (_RETURN, 0, 0, _ALLOW)])


def _rule(conditions: tuple[Condition, ...], action: int) -> list[tuple[int, int, int, int]]:
    steps = []
    for index, condition in enumerate(conditions):
        past = 2 * (len(conditions) - index) - 1  # two steps a condition, one for the action
        jumps = (past, 0) if condition.negate else (0, past)
        steps.append((_LOAD, 0, 0, condition.offset))
        steps.append((condition.jump, *jumps, condition.value))
    return [*steps, (_RETURN, 0, 0, action)]
