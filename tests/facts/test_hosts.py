"""Hosts from URLs, authorities and bare names, in every spelling."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwarden.facts import hosts
from callwarden.facts.context import Context


def read(written: str, context: Context, *, port: int = 0, scheme: str = "") -> dict[str, Any]:
    return hosts.read(written, port=port, scheme=scheme, context=context)


@pytest.mark.parametrize(
    ("written", "name", "port", "scheme"),
    [
        ("https://Example.COM./x", "example.com", 443, "https"),
        ("http://example.com:8080/x?y#z", "example.com", 8080, "http"),
        ("example.com", "example.com", 0, ""),
        ("example.com:22", "example.com", 22, ""),
        ("//example.com/x", "example.com", 0, ""),
        ("http://b%C3%BCcher.example/", "xn--bcher-kva.example", 80, "http"),
        ("http://bücher.example/", "xn--bcher-kva.example", 80, "http"),
        ("http://example。com/", "example.com", 80, "http"),
        ("http://ｅｘａｍｐｌｅ.com/", "example.com", 80, "http"),  # noqa: RUF001
        ("ht\ntp://exam\tple.com/", "example.com", 80, "http"),
        ("wss://[2001:db8::1]:9/", "2001:db8::1", 9, "wss"),
        ("2001:db8::1", "2001:db8::1", 0, ""),
        ("stratum+tcp://example.com:3333", "example.com", 3333, "stratum+tcp"),
    ],
)
def test_a_host_has_one_spelling(context: Context, written: str, name: str, port: int, scheme: str) -> None:
    found = read(written, context)
    assert (found["name"], found["port"], found["scheme"], found["known"]) == (name, port, scheme, True)


@pytest.mark.parametrize(
    ("written", "name", "port"),
    [
        ("git@example.com:a/b.git", "example.com", 22),
        ("example.com:/x", "example.com", 22),
        ("u@example.com:2222", "example.com", 2222),
    ],
)
def test_a_path_behind_an_ssh_host_is_no_port(context: Context, written: str, name: str, port: int) -> None:
    found = read(written, context, scheme="ssh")
    assert (found["name"], found["port"], found["known"]) == (name, port, True)


def test_userinfo_is_seen_and_is_not_the_host(context: Context) -> None:
    found = read("http://example.com:80@evil.example/", context)
    assert (found["name"], found["userinfo"]) == ("evil.example", True)
    assert not read("http://evil.example/@x", context)["userinfo"]


@pytest.mark.parametrize(
    "written",
    [
        "$HOST",
        "http://$HOST/",
        "http://a\\@b/",
        "http://a@b@c/",
        "http://a b/",
        "http://example.com:99999/",
        "http://1.2.3.4.5/",
        "http://[::1/",
        "",
        "http:///x",
        "*.example.com",
        "http://a..b/",
        "-x.example",
        "http://exa\x01mple.com/",
        "x" * 300,
    ],
)
def test_what_two_programs_would_read_differently_is_unknown(context: Context, written: str) -> None:
    found = read(written, context)
    assert (found["known"], found["kind"]) == (False, "unknown")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("localhost", "loopback"),
        ("LOCALHOST.", "loopback"),
        ("a.localhost", "loopback"),
        ("http://2130706433/", "loopback"),
        ("http://0x7f.1/", "loopback"),
        ("http://[::ffff:7f00:1]/", "loopback"),
        ("169.254.169.254", "metadata"),
        ("http://0xA9FEA9FE/", "metadata"),
        ("http://[::ffff:169.254.169.254]/", "metadata"),
        ("http://[fd00:ec2::254]/", "metadata"),
        ("metadata.google.internal", "metadata"),
        ("169.254.169.254.nip.io", "metadata"),
        ("a-10-0-0-1.sslip.io", "private"),
        ("0a000001.nip.io", "private"),
        ("localtest.me", "loopback"),
        ("x.nip.io", "unknown"),
        ("example.com", "name"),
        ("8.8.8.8", "public"),
        ("10.0.0.1", "private"),
    ],
)
def test_a_host_has_the_kind_of_what_it_reaches(context: Context, written: str, kind: str) -> None:
    assert read(written, context)["kind"] == kind


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("https://x1.ngrok-free.app/", "tunnel_service"),
        ("abc.trycloudflare.com", "tunnel_service"),
        ("serveo.net", "tunnel_service"),
        ("xmr.2miners.com", "mining_pool"),
        ("stratum+tcp://203.0.113.9:4444", "mining_pool"),
        ("xmr-eu1.example.org", "mining_pool"),
        ("203.0.113.9:14444", "mining_pool"),
        ("pastebin.com", "paste"),
        ("transfer.sh", "file_drop"),
        ("https://webhook.site/x", "webhook_catcher"),
        ("169.254.169.254", "metadata"),
        ("api.openai.com", "model_api"),
        ("files.pythonhosted.org", "package_registry"),
        ("git@github.com", "code_host"),
    ],
)
def test_a_host_has_the_classes_of_its_name_address_scheme_or_port(context: Context, written: str, name: str) -> None:
    assert name in read(written, context)["classes"]


@pytest.mark.parametrize(
    "written",
    [
        "notngrok.io",
        "transfer.sh.example.com",
        "pool.ntp.org",
        "localhost:3333",
        "10.0.0.5:4444",
        "example.com",
        "carpool.example.org",
        "docs.python.org",
        "threadpool.example.com",
        "monkey.example.com",
        "mypastebin.com.example.net",
    ],
)
def test_a_name_that_merely_looks_alike_has_no_class(context: Context, written: str) -> None:
    assert read(written, context)["classes"] == []


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["", "http", "ssh"]))
def test_every_text_is_a_host_known_or_not(written: str, scheme: str) -> None:
    found = hosts.read(written, port=0, scheme=scheme, context=Context())
    assert found["known"] == (found["kind"] != "unknown")
    assert 0 <= found["port"] < 65_536


@given(st.from_regex(r"https?://([a-z0-9]{1,8}\.){1,3}[a-z]{2,5}(:[1-9][0-9]{0,3})?/?", fullmatch=True))
def test_case_and_a_trailing_dot_change_nothing(url: str) -> None:
    plain = hosts.read(url, port=0, scheme="", context=Context())
    assert plain | {"scheme": ""} == hosts.read(url.upper(), port=0, scheme="", context=Context()) | {"scheme": ""}
