"""What the gate writes down: decisions, results, votes and sessions as record parts. Pure but for the salt.

The record keeps what can be counted and searched (programs, hosts, classes); the text of the call and its whole facts
go, with credentials masked, into the erasable payload.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from callwarden.audit.record import MAX_PAYLOAD, Parts, Payload, plain
from callwarden.audit.sqlite import salted
from callwarden.call import Call, Session, digest
from callwarden.decision import Decision
from callwarden.document import Cause, Point
from callwarden.facts import credentials
from callwarden.facts.context import Context
from callwarden.facts.model import Facts

SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "x-auth-token"}
)
MAX_LISTED = 64  # names of one kind in a record; a payload has them all
MAX_FINDINGS = 256  # a text built to tire us has thousands of parts; the strictest findings say enough
MAX_RESULT = 16 << 10


def decision(
    decided: Decision,
    facts: Facts,
    *,
    session: str,
    door: Point,
    context: Context,
    call: Call | None = None,
    call_id: str = "",
    raw_digest: str = "",
    cause: Cause | None = None,
    **data: Any,
) -> Parts:
    """A decision record. `call` is None when it was malformed; then `raw_digest` is of its bytes as they came."""
    findings = sorted(decided.findings, key=lambda finding: -finding.effect.strictness)
    if omitted := len(findings[MAX_FINDINGS:]):
        data["findings_omitted"] = omitted
    return Parts(
        "decision",
        session=session,
        call=call.id if call else call_id,
        door=door,
        cause=(cause or Cause()).model_dump(),
        kind=call.kind if call else "",
        digest=digest(call) if call else raw_digest,
        effect=decided.effect.value,
        findings=masked([plain(finding.model_dump(mode="json")) for finding in findings[:MAX_FINDINGS]], context),
        facts=summary(facts),
        policy_digest=decided.policy_digest,
        revision=decided.revision,
        engine=decided.engine,
        micros=decided.micros,
        data=plain(data),
    )


def result(session: str, call: str, decided: str, outcome: Mapping[str, Any], context: Context) -> Parts:
    """How a call ended, as its doer reports it. `decided` is the id of the record that let it run."""
    kept = masked(plain(outcome), context)
    size = len(orjson.dumps(kept))
    return Parts(
        "result",
        session=session,
        call=call,
        data={"decision": decided, "result": kept if size <= MAX_RESULT else {"omitted_bytes": size}},
    )


def vote(session: str, call: str, ticket: str, choice: str, by: str) -> Parts:
    return Parts("vote", session=session, call=call, data={"ticket": ticket, "choice": choice, "by": plain(by)})


def session(of: Session, **data: Any) -> Parts:
    return Parts("session", session=of.id, data=plain({"session": of.model_dump(mode="json"), **data}))


def payload(call: Call, facts: Facts, context: Context) -> Payload:
    """The call's text and facts, credentials masked. Past the cap the facts go first, then the text's end."""
    kept = masked({"call": call.model_dump(mode="json"), "facts": facts.model_dump(mode="json")}, context)
    whole = orjson.dumps(kept)
    if len(whole) <= MAX_PAYLOAD:
        return salted(whole, len(whole))
    return salted(orjson.dumps({"call": kept["call"]})[:MAX_PAYLOAD], len(whole))


def masked(value: Any, context: Context) -> Any:
    """A JSON value with every secret in it replaced: by pattern in texts, by name in headers.

    Looking once at all the texts together is cheap, and nearly always finds nothing; only else each is looked at.
    """
    texts, headers = _texts(value)
    together = "\n".join(texts)
    clean = credentials.mask(together, context) == together
    if clean and not headers:
        return value
    return _replaced(value, _same if clean else lambda text: credentials.mask(text, context))


def _texts(value: Any) -> tuple[dict[str, None], bool]:
    """Every text in a value, once, and whether a header that holds a secret is among its names."""
    texts: dict[str, None] = {}
    headers, waiting = False, [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            texts[item] = None
        elif isinstance(item, dict):
            headers = headers or not SECRET_HEADERS.isdisjoint(map(str.lower, map(str, item)))
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return texts, headers


def _same(text: str) -> str:
    return text


def _replaced(value: Any, mask: Callable[[str], str]) -> Any:
    match value:
        case str():
            return mask(value)
        case dict():
            return {
                key: "[header]" if str(key).lower() in SECRET_HEADERS else _replaced(item, mask)
                for key, item in value.items()
            }
        case list():
            return [_replaced(item, mask) for item in value]
        case _:
            return value


def summary(facts: Facts) -> dict[str, Any]:
    """What a record says of a call: names and classes, never its text."""
    index = facts.index
    listed = {
        "programs": index.programs,
        "actions": index.actions,
        "accesses": index.accesses,
        "path_classes": index.path_classes,
        "roots": index.roots,
        "hosts": (f"{host.name}:{host.port}" for host in facts.hosts),
        "host_kinds": index.host_kinds,
        "host_classes": index.host_classes,
        "code_actions": index.code_actions,
        "opaque": index.opaque_places,
        "credentials": (credential.kind for credential in facts.credentials),
    }
    kept: dict[str, Any] = {key: plain(_first(names)) for key, names in listed.items()}
    return kept | {"parts": len(facts.parts), "unparsable": facts.unparsable}


def _first(names: Iterable[str]) -> list[str]:
    return [name[:256] for name in dict.fromkeys(names) if name][:MAX_LISTED]
