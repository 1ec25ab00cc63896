"""What the program sees of the machine, made from the plan: one value for the process door."""

from __future__ import annotations

from callwarden.engine.bundle import starter
from callwarden.launch.fragment import Fragment
from callwarden.launch.household import Household
from callwarden.launch.place import Place
from callwarden.launch.plan import Plan
from callwarden.sandbox.jail import Jail


def jail(plan: Plan, extra: Fragment, place: Place, home: Household) -> Jail:
    """The log, the keys and the policies are not there; the project's own layer is, and can't be written.

    Nor are the person's secrets there, and what their next shell or session reads can't be written.
    """
    return Jail(
        workspace=str(plan.workspace),
        home=str(plan.home),
        writable=[str(path) for path in extra.state if path.exists()],
        visible=[str(place.trust)],
        masked=[str(path) for path in (plan.data, plan.user, plan.policies or starter(), *home.masked)],
        readonly=[str(path) for path in (place.trust, plan.project, *home.readonly)],
        standins=dict(home.standins),
        gate_socket=str(place.socket),
        namespaces="namespaces" not in plan.without,
        exec_door="exec" not in plan.without,
    )
