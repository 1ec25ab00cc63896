"""Requests, votes and grants as a table. Pure: time is handed in, and whoever shares it guards it.

    request ── vote deny ──▶ denied
       │   └── vote once ──▶ grant for one use       ┐ both for the same content in the same session,
       │   └── vote session ▶ grant until it expires ┘ both expiring
       └── expires ──▶ gone

A grant is bound to the content of the call that the person saw: another argument is another call.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import orjson

from callwarden.approval import Choice
from callwarden.call import Call, ExecCall, digest

MAX_REQUESTS = 1_024  # open at once; past this the oldest is dropped, which refuses it


@dataclass(frozen=True, slots=True)
class Request:
    ticket: str
    session: str
    subject: str
    expires: float


@dataclass(frozen=True, slots=True)
class Grant:
    ticket: str
    session: str
    subject: str
    scope: Literal["once", "session"]
    by: str
    expires: float


def subject(call: Call) -> str:
    """What an approval is bound to: the call's content. A process's number and ancestry differ each time it starts."""
    if not isinstance(call, ExecCall):
        return digest(call)
    content = {"kind": call.kind, "argv": call.argv, "exe": call.exe, "cwd": call.cwd}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Table:
    def __init__(self) -> None:
        self._requests: dict[str, Request] = {}
        self._grants: dict[tuple[str, str], Grant] = {}

    def request(self, request: Request, now: float) -> None:
        self._expire(now)
        while len(self._requests) >= MAX_REQUESTS:
            del self._requests[next(iter(self._requests))]
        self._requests[request.ticket] = request

    def open(self, now: float) -> list[Request]:
        self._expire(now)
        return list(self._requests.values())

    def vote(self, ticket: str, choice: Choice, by: str, now: float, *, lasts: float) -> Request | None:
        """Settles a request; None when it is unknown, expired or settled already. A yes leaves a grant."""
        self._expire(now)
        request = self._requests.pop(ticket, None)
        if request and choice != "deny":
            grant = Grant(ticket, request.session, request.subject, choice, by, now + lasts)
            self._grants[request.session, request.subject] = grant
        return request

    def consume(self, session: str, subject: str, now: float) -> Grant | None:
        """The grant that covers this content, used up if it was for once."""
        self._expire(now)
        grant = self._grants.get((session, subject))
        if grant and grant.scope == "once":
            del self._grants[session, subject]
        return grant

    def end(self, session: str) -> None:
        """A session that ended takes its requests and grants with it."""
        self._requests = {key: request for key, request in self._requests.items() if request.session != session}
        self._grants = {key: grant for key, grant in self._grants.items() if grant.session != session}

    def _expire(self, now: float) -> None:
        self._requests = {key: request for key, request in self._requests.items() if request.expires > now}
        self._grants = {key: grant for key, grant in self._grants.items() if grant.expires > now}
