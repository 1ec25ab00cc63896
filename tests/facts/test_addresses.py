"""Addresses in every spelling the C library takes."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.facts import addresses


@pytest.mark.parametrize(
    "written",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "127.0x1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "::ffff:7f00:1",
        "2001:0:1:2:3:4:80ff:fffe",
    ],
)
def test_loopback_is_loopback_in_every_spelling(written: str) -> None:
    address = addresses.parse(written)
    assert address is not None
    assert (str(address), addresses.kind(address)) == ("127.0.0.1", "loopback")


@pytest.mark.parametrize(
    "written", ["256.1.1.1", "1.2.3.4.5", "08.1.1.1", "1..2", "", "1.2.3.4x", "::g", "1.2.3.256", "4294967296"]
)
def test_what_is_no_address_is_none(written: str) -> None:
    assert addresses.parse(written) is None


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("10.1.2.3", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "private"),
        ("fd00::1", "private"),
        ("8.8.8.8", "public"),
        ("203.0.113.5", "public"),
        ("169.254.1.1", "link_local"),
        ("fe80::1%eth0", "link_local"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "multicast"),
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("::", "unspecified"),
        ("::1", "loopback"),
    ],
)
def test_an_address_has_the_kind_of_its_range(written: str, kind: str) -> None:
    address = addresses.parse(written)
    assert address is not None
    assert addresses.kind(address) == kind


@given(
    st.from_regex(
        r"(0x[0-9a-f]{1,8}|0[0-7]{0,11}|[1-9][0-9]{0,9})(\.(0x[0-9a-f]{1,3}|0[0-7]{0,3}|[0-9]{1,3})){0,3}",
        fullmatch=True,
    )
)
def test_an_address_is_what_the_c_library_makes_of_it(written: str) -> None:
    try:
        expected = socket.inet_ntoa(socket.inet_aton(written))
    except OSError:
        expected = None
    found = addresses.parse(written)
    assert (str(found) if found else None) == expected


@pytest.mark.parametrize(
    ("written", "claims"), [("1.2.3", True), ("a.0x1", True), ("a.5", True), ("a.b", False), ("5a", False)]
)
def test_a_name_that_ends_in_a_number_is_no_name(written: str, claims: bool) -> None:
    assert addresses.numeric(written) is claims
