"""The sessions of a batch. A call without a session id is a session of its own, and nothing carries over from it.

Calls that name the same session share it: who they say they are is held to what the first of them said, and a call id
stands for one content.
"""

from __future__ import annotations

from callwarden.call import Call, Session, SessionClaim, digest
from callwarden.decision import Finding, gate_finding
from callwarden.session.identity import differs


class Crowd:
    """Every session seen so far, made from `model` (workspace, profile, home) and what its first call claims."""

    def __init__(self, model: Session) -> None:
        self._model = model
        self._sessions: dict[str, Session] = {}
        self._digests: dict[tuple[str, str], str] = {}

    def admit(self, call: Call) -> tuple[Session, Finding | None]:
        """The session a call belongs to, and the refusal if it may not be judged in it."""
        claim = call.session
        if claim is None or claim.id is None:
            return self._made(claim or SessionClaim(), call.id), None
        session = self._sessions.setdefault(claim.id, self._made(claim, claim.id))
        return session, _another(claim, session) or self._replayed(claim.id, call)

    def _made(self, claim: SessionClaim, id: str) -> Session:
        said = {name: value for name, value in claim if name not in {"id", "labels"} and value is not None}
        return self._model.model_copy(update={**said, "id": id, "labels": claim.labels})

    def _replayed(self, session: str, call: Call) -> Finding | None:
        content = digest(call)
        if self._digests.setdefault((session, call.id), content) == content:
            return None
        return gate_finding(
            "replay",
            f"the call id {call.id} was used in this session for something else",
            "give every call an id of its own",
        )


def _another(claim: SessionClaim, session: Session) -> Finding | None:
    """A refusal of a call that says something else than the first of its session. What it leaves out is no claim."""
    if not (fields := differs(claim, session)):
        return None
    reason = f"the call claims another session than its own: {', '.join(fields)}"
    return gate_finding("identity", reason[:4096], "calls of one session agree on who they come from")
