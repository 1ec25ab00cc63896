"""Approvals: how a person answers an escalated call. The agent has no way to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

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
    """Asks a person. Called from many threads at once; returns within `timeout` seconds."""

    def ask(self, question: Question, *, timeout: float) -> Answer: ...

    def close(self) -> None:
        """Ends every question that is still open: nobody answered."""
        ...


class NoApprover:
    """Nobody to ask: the answer is no, and how to get another."""

    def ask(self, question: Question, *, timeout: float) -> Answer:
        return Answer(
            None,
            why="nobody can be asked here",
            help="run in a terminal to be asked, or add what it needs to the policy data; the agent may do neither",
        )

    def close(self) -> None:
        return
