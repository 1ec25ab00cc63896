"""The policies of a run: the bundle with a person's own layer and the project's over it, read once, before it starts.

What the agent does to a layer's folder afterwards changes nothing for this run; the digest in the session's first
record says what was read. The folders are not writable in the jail either, so it changes nothing for the next run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from callwarden.engine import bundle as bundles
from callwarden.errors import UsageError
from callwarden.launch.plan import Plan


def load(plan: Plan) -> bundles.Bundle:
    loaded = bundles.load(plan.policies, user=plan.user, project=plan.project)
    profiles = loaded.data["callwarden"].get("profiles", {})
    if plan.profile not in profiles:
        known = ", ".join(sorted(profiles)) or "none"
        raise UsageError(f"there is no profile {plan.profile!r}", help=f"there are: {known}")
    return loaded


def hosts(bundle: bundles.Bundle) -> frozenset[str]:
    """Every host that the organisation, a team, the person or the project names."""
    data = bundle.data["callwarden"]
    sources = [data.get("org", {}), *data.get("teams", {}).values(), *data.get("layers", {}).values()]
    return frozenset(name for source in sources if isinstance(source, dict) for name in source.get("hosts", {}))


@contextmanager
def kept(plan: Plan) -> Iterator[None]:
    """Both layers' folders are there while this holds; an empty one that was made in the project goes away again.

    Where one can't be made, the program, which has the same account, can't make it either.
    """
    with suppress(OSError):
        plan.user.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = False
    with suppress(OSError):
        plan.project.mkdir()
        made = True
    try:
        yield
    finally:
        if made:
            with suppress(OSError):
                plan.project.rmdir()
