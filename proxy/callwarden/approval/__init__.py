"""Approvals: how a person answers an escalated call. The agent has no way to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from callwarden import config

Choice = Literal["deny", "once", "session"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is shown. `text` is what will run, as it is; whoever shows it escapes it."""

    ticket: str
    session: str
    door: str
    kind: str
    text: str
    rule: str
    reason: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`choice` None: nobody answered, and `why`."""

    choice: Choice | None
    by: str = ""
    why: str = ""
    help: str = ""


class Approver(Protocol):
    """Asks a person. Called from many threads at once; returns within `timeout` seconds.

    `waits` says how long a call at each door may wait for this person: one at the terminal answers for every door,
    one who is sent a message only for the tool door, which alone can wait that long.
    """

    @property
    def waits(self) -> Mapping[str, float]: ...

    def ask(self, question: Question, *, timeout: float) -> Answer: ...

    def close(self) -> None:
        """Ends every question that is still open: nobody answered."""
        ...


class NoApprover:
    """Nobody to ask: the answer is no, and how to get another."""

    waits: Mapping[str, float] = config.WAITS

    def ask(self, question: Question, *, timeout: float) -> Answer:
        return Answer(
            None,
            why="nobody can be asked here",
            help="run in a terminal to be asked, or add what it needs to the policy data; the agent may do neither",
        )

    def close(self) -> None:
        return
