"""Classes of hosts from any table, not only the one that ships."""

from __future__ import annotations

from callwarden.facts import places
from callwarden.facts.context import Context

TABLE = {
    "classes": {
        "ours": [{"names": ["corp.example"], "ports": [9999], "schemes": ["corp"], "addresses": ["10.0.0.9"]}],
        "pool": [{"labels": ["pool\\d*"], "except": ["good.example"]}],
    }
}
CONTEXT = Context(tables={"hosts": TABLE})


def classes(name: str, *, address: str = "", port: int = 0, scheme: str = "", kind: str = "name") -> list[str]:
    return places.classes(name, CONTEXT, address=address, port=port, scheme=scheme, kind=kind)


def test_a_name_is_found_by_its_suffix_label_by_label() -> None:
    assert classes("a.corp.example") == ["ours"]
    assert classes("acorp.example") == []


def test_a_port_says_something_only_of_a_host_that_is_not_ours() -> None:
    assert classes("x.example", port=9999) == ["ours"]
    assert classes("localhost", port=9999, kind="loopback") == []


def test_a_scheme_and_an_address_are_looked_up_exactly() -> None:
    assert classes("x.example", scheme="corp") == ["ours"]
    assert classes("10.0.0.9", address="10.0.0.9", kind="private") == ["ours"]


def test_a_label_expression_is_for_a_whole_label_and_has_exceptions() -> None:
    assert classes("pool3.x.example") == ["pool"]
    assert classes("carpool.x.example") == []
    assert classes("pool3.good.example") == []
    assert classes("x.pool") == []
