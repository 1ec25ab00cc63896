"""Identity is given by the launcher, never claimed by a call. Pure."""

from __future__ import annotations

from callwarden.call import Session, SessionClaim


def differs(claim: SessionClaim | None, session: Session) -> list[str]:
    """The fields in which a claim is not the session that the gate knows. A label the session lacks differs too."""
    if claim is None:
        return []
    said = {key: value for key, value in claim.model_dump(exclude={"labels"}).items() if value is not None}
    fields = [key for key, value in said.items() if value != getattr(session, key)]
    labels = [f"labels.{key}" for key, value in claim.labels.items() if session.labels.get(key) != value]
    return fields + labels
