"""Credentials in texts, look-alikes, and masking. Every secret here is made up from a fixed seed at run time."""

from __future__ import annotations

import itertools
import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwarden.facts import credentials
from callwarden.facts.context import Context

ALPHANUMERIC = string.ascii_letters + string.digits


def made(size: int, alphabet: str = ALPHANUMERIC) -> str:
    return "".join(random.Random(size).choices(alphabet, k=size))


HEX = "0123456789abcdef"
FOUND = {
    "github_token": "ghp_" + made(36),
    "gitlab_token": "glpat-" + made(20),
    "aws_access_key": "AKIA" + made(16, string.ascii_uppercase + string.digits),
    "npm_token": "npm_" + made(36),
    "slack_token": "xoxb-" + made(12, string.digits) + "-" + made(12, string.digits) + "-" + made(24),
    "stripe_key": "sk_live_" + made(24),
    "anthropic_key": "sk-ant-api03-" + made(93) + "AA",
    "huggingface_token": "hf_" + made(34),
    "digitalocean_token": "dop_v1_" + made(64, HEX),
    "gcp_api_key": "AIza" + made(35),
    "jwt": "eyJhbGciOiJIUzI1NiJ9." + "eyJ" + made(40) + "." + made(43),
    "private_key": "-----BEGIN RSA PRIVATE KEY-----\n" + made(200) + "\n-----END RSA PRIVATE KEY-----",
    "url_password": "postgres://admin:" + made(14) + "@db.example.com/x",
    "authorization": "Authorization: Bearer " + made(40),
    "vault_token": "hvs." + made(95),
    "sendgrid_key": "SG." + made(22) + "." + made(43),
    "onepassword_key": "A3-" + "-".join(made(n, string.ascii_uppercase + string.digits) for n in (6, 11, 5, 5, 5)),
}


@pytest.mark.parametrize("kind", FOUND)
def test_a_credential_is_found_by_its_form_in_a_text(context: Context, kind: str) -> None:
    text = f"some text before\n{FOUND[kind]}\nand after"
    assert kind in {found.kind for found in credentials.find(text, "body", context)}


@pytest.mark.parametrize("kind", FOUND)
def test_what_was_found_is_masked_and_nothing_else(context: Context, kind: str) -> None:
    masked = credentials.mask(f"before {FOUND[kind]} after", context)
    assert masked.startswith("before")
    assert "[" in masked
    assert FOUND[kind] not in masked


@pytest.mark.parametrize(
    "text",
    [
        'api_key = "{}"',
        '{{"password": "{}"}}',
        "X-Auth-Token: {}",
        "export CLIENT_SECRET={}",
        "twilio := '{}'",
        "datadog_app || `{}`",
    ],
)
def test_a_random_value_is_found_by_what_it_is_assigned_to(context: Context, text: str) -> None:
    assert credentials.find(text.format(made(32)), "body", context)


@pytest.mark.parametrize(
    "text",
    [
        "ghp_" + "x" * 36,
        "AKIAIOSFODNN7EXAMPLE",
        "Authorization: Bearer <your token here>",
        "Authorization: Bearer $TOKEN",
        "api_key = os.environ['API_KEY']",
        "password = changeme-please-12345",
        "commit = da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "id: 123e4567-e89b-12d3-a456-426614174000",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "postgres://user:password@localhost/db",
        "https://user:${PASSWORD}@example.com/",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "curl -u user:$PASS https://example.com",
        "git checkout 4f2a9c1d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b",
        "pip install requests==2.31.0 --hash=sha256:942c5a758f98d790eaed1a29cb6eefc7ffb0d1cf7af05c3d2791656dbd6ad1e1",
        "def tokenize(text): return key_of(text, 1234567890)",
    ],
)
def test_placeholders_hashes_and_names_pass(context: Context, text: str) -> None:
    assert credentials.find(text, "body", context) == []


def test_finds_are_in_order_and_do_not_overlap(context: Context) -> None:
    found = credentials.find("\n".join(FOUND.values()), "body", context)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert len(found) >= len(FOUND) - 1


def test_without_tables_nothing_is_a_secret() -> None:
    assert credentials.mask(FOUND["github_token"], Context()) == FOUND["github_token"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_masked_and_once_masked_stays(context: Context, text: str) -> None:
    masked = credentials.mask(text, context)
    assert credentials.mask(masked, context) == masked or "[" in masked
