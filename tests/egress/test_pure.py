"""What the door decides without a connection."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwarden.egress import addresses, body, dns, environment, identity, names, protocols, ruling


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Example.ORG.", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a_b.example", "a_b.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("[::ffff:10.0.0.1]", "10.0.0.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("1e100.net", "1e100.net"),
    ],
)
def test_a_host_has_one_spelling(written: str, name: str) -> None:
    assert names.canonical(written) == name


@pytest.mark.parametrize(
    "written",
    [
        "",
        ".",
        "a..b",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0x",
        "1.2.3.08",
        "a.b.0x10",
        "a b",
        "a\x00b",
        "-a",
        "a-",
        "a" * 64,
        "x." * 130 + "x",
        "user@host",
        "host:80",
        "[::1",
        "[v1.x]",
        "a/b",
        "١٢٧.1",
    ],
)
def test_what_could_be_read_as_something_else_is_no_host(written: str) -> None:
    assert names.canonical(written) == ""


@given(st.text(max_size=80))
def test_a_canonical_host_stays_as_it_is(written: str) -> None:
    once = names.canonical(written)
    assert once == names.canonical(once)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a.example", ("a.example", None)),
        ("A.example:443", ("a.example", 443)),
        ("[::1]:80", ("::1", 80)),
        ("a:0", None),
        ("a:65536", None),
        ("a:", None),
        ("u@a", None),
        ("::1", None),
        ("a:1:2", None),
        ("127.1:80", None),
    ],
)
def test_an_authority_is_a_host_and_perhaps_a_port(text: str, read: object) -> None:
    assert names.authority(text) == read


def test_a_url_leaves_out_the_port_of_its_scheme() -> None:
    assert names.url("https", "a.example", 443, "/x?y") == "https://a.example/x?y"
    assert names.url("http", "::1", 8080, "*") == "http://[::1]:8080/*"


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "127.0.0.1", "169.254.169.254", "100.64.0.1", "192.168.1.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
     "198.18.0.1", "168.63.129.16", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
     "::ffff:127.0.0.1", "::ffff:8.8.8.8%1x", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "::127.0.0.1", "nonsense"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert addresses.public(address) is (address == "::ffff:8.8.8.8%1x")


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_that_are_public(address: str) -> None:
    assert addresses.public(address)


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"GET / HTTP/1.1\r\n", "yes"),
        (b"M-SEARCH * HTTP/1.1\n", "yes"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "yes"),
        (b"G", "more"),
        (b"GET /a HTTP", "more"),
        (b"PRI * HT", "more"),
        (b"GET / HTTP/0.9\r\n", "no"),
        (b"GET /\r\n", "no"),
        (b"SSH-2.0-x\r\n", "no"),
        (b"\x16\x03\x01", "no"),
        (b'{"method": "mining.subscribe"}', "no"),
        (b"EHLO a\r\n", "no"),
    ],
)
def test_a_request_line_is_known_from_its_beginning(data: bytes, answer: str) -> None:
    assert protocols.http(data) == answer


@given(st.sampled_from([b"GET /a?b=c HTTP/1.1\r\n", b"POST http://a.example/ HTTP/1.0\r\n"]), st.integers(1, 40))
def test_every_beginning_of_a_request_line_is_waited_for(line: bytes, size: int) -> None:
    assert protocols.http(line[:size]) in ({"yes"} if size >= len(line) else {"more", "yes"})


@pytest.mark.parametrize(
    ("client", "server", "name"),
    [
        (b"SSH-2.0-x", b"", "ssh"),
        (b"", b"SSH-2.0-x", "ssh"),
        (b'{"id":1,"method":"login"}', b"", "stratum"),
        (b"\x04\x01", b"", "socks"),
        (b"\x13BitTorrent protocol", b"", "bittorrent"),
        (b"\x00\x00\x00\x08\x00\x03\x00\x00", b"", "postgres"),
        (b"hello", b"220 mail", "smtp or ftp"),
        (b"hello", b"", "raw"),
    ],
)
def test_protocols_are_named_by_their_first_bytes(client: bytes, server: bytes, name: str) -> None:
    assert protocols.named(client, server) == name


def request(**said: object) -> identity.Request:
    usual: dict[str, object] = {
        "method": "GET",
        "target": ("a.example", 443),
        "tunnel": ("a.example", 443),
        "server_name": "A.example",
        "authority": "",
        "fields": [(b"Host", b"a.example")],
    }
    return identity.Request(**{**usual, **said})  # type: ignore[arg-type]


def test_one_name_everywhere_is_no_problem() -> None:
    assert identity.problem(request()) == ""
    assert identity.problem(request(fields=[(b"host", b"A.EXAMPLE:443")], authority="a.example:443")) == ""
    assert identity.problem(request(tunnel=None, server_name=None)) == ""
    assert identity.problem(request(fields=[])) == ""


@pytest.mark.parametrize(
    "said",
    [
        {"method": "trace"},
        {"method": "CONNECT"},
        {"target": ("", 443)},
        {"target": ("b.example", 443)},
        {"server_name": "b.example"},
        {"server_name": ""},
        {"authority": "b.example"},
        {"authority": "a.example:80"},
        {"fields": [(b"Host", b"b.example")]},
        {"fields": [(b"Host", b"a.example"), (b"hOST", b"a.example")]},
        {"fields": [(b"Host", b"a.example@b.example")]},
        {"fields": [(b"Host", b"")]},
        {"fields": [(b"X", b"a\r\nb")]},
        {"fields": [(b"X Y", b"a")]},
        {"fields": [("ü".encode(), b"a")]},
        {"fields": [(b"X", b"\x00")]},
        {"tunnel": None, "server_name": None, "fields": [(b"Host", b"b.example")]},
    ],
)
def test_a_second_name_is_a_problem(said: dict[str, object]) -> None:
    assert identity.problem(request(**said))


def test_a_body_is_text_whatever_it_holds() -> None:
    assert body.readable("grün".encode(), "") == "grün"
    assert body.readable(b"\xff\xfe", "identity") == "ÿþ"
    assert body.readable(b"a\x00b\n", "") == "a\ufffdb\n"
    assert body.readable(gzip.compress(b"packed", mtime=0), "GZIP ") == "packed"
    assert body.readable(zlib.compress(b"packed"), "deflate") == "packed"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (b"x", "br"),
        (b"x", "gzip, br"),
        (b"not packed", "gzip"),
        (gzip.compress(b"cut off", mtime=0)[:-4], "gzip"),
        (gzip.compress(b"one", mtime=0) + b"and more", "gzip"),
        (gzip.compress(bytes(body.LIMIT + 1)), "gzip"),
    ],
)
def test_a_body_that_cannot_be_read_whole_is_an_error(raw: bytes, encoding: str) -> None:
    with pytest.raises(ValueError, match="body"):
        body.readable(raw, encoding)


@given(st.binary(max_size=2000))
def test_a_body_fits_the_protocol_once_it_is_text(raw: bytes) -> None:
    text = body.readable(raw, "")
    assert len(json.dumps(text, ensure_ascii=False).encode()) <= 3 * len(raw) + 2


ANSWER = {
    "decision": {"effect": "deny", "findings": [{"effect": "allow", "tags": ["stream"]}, "odd"]},
    "run": False,
    "record": "r1",
    "finding": {"rule": "egress.host", "reason": "not\r\nlisted", "help": "ask"},
    "ticket": "",
}


def test_an_answer_of_the_gate_is_read() -> None:
    read = ruling.read(ANSWER)
    assert (read.run, read.effect, read.rule, read.record, read.streams) == (False, "deny", "egress.host", "r1", True)
    assert read.phrase() == "callwarden: not??listed [egress.host]"
    assert ruling.read({**ANSWER, "ticket": "t"}).headers()["Retry-After"]
    assert "Retry-After" not in read.headers()


@pytest.mark.parametrize("change", [{"run": 1}, {"run": None}, {"finding": None}, {"decision": "allow"}])
def test_what_is_no_answer_lets_nothing_run(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no decision"):
        ruling.read({**ANSWER, **change})


@given(st.binary(max_size=80))
def test_any_packet_to_the_name_server_is_read_or_dropped(packet: bytes) -> None:
    asked = dns.question(packet)
    if asked is not None:
        assert dns.refusal(packet, asked[2])[:2] == packet[:2]


def test_every_client_finds_the_proxy_and_the_certificates() -> None:
    made = environment.variables(
        "http://127.0.0.1:8080", bundle="/t/bundle.pem", certificate="/t/ca.pem", wgetrc="/t/wgetrc",
        truststore="/t/trust.p12", direct="localhost,127.0.0.1",
    )  # fmt: skip
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        assert made[name] == made[name.lower()] == "http://127.0.0.1:8080"
    assert made["NO_PROXY"] == made["no_proxy"] == "localhost,127.0.0.1"
    assert {made[name] for name in environment.BUNDLE} == {"/t/bundle.pem"}
    assert made["NODE_EXTRA_CA_CERTS"] == made["DENO_CERT"] == "/t/ca.pem"
    assert (made["NODE_USE_ENV_PROXY"], made["WGETRC"]) == ("1", "/t/wgetrc")
    java = made["JAVA_TOOL_OPTIONS"].split()
    assert "-Dhttps.proxyPort=8080" in java
    assert "-Dhttp.nonProxyHosts=localhost|127.0.0.1" in java
    assert "-Djavax.net.ssl.trustStore=/t/trust.p12" in java


def test_no_proxy_is_empty_unless_said_otherwise() -> None:
    made = environment.variables("http://127.0.0.1:8080", bundle="b", certificate="c")
    assert made["NO_PROXY"] == ""
    assert "WGETRC" not in made
    assert "trustStore" not in made["JAVA_TOOL_OPTIONS"]


@pytest.mark.parametrize(
    ("named", "direct"),
    [
        ([], "localhost,127.0.0.1,::1"),
        (["pypi.org", ".example.org"], "localhost,127.0.0.1,::1"),
        (["localhost"], "127.0.0.1,::1"),
        (["mirror.localhost"], "127.0.0.1,::1"),
        (["127.0.0.1", "::1"], "localhost"),
    ],
)
def test_the_jails_own_loopback_is_direct_but_for_what_data_names(named: list[str], direct: str) -> None:
    assert environment.own_loopback(named) == direct
