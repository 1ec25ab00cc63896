"""What HTTP clients read to find the proxy and to trust it. Pure.

Measured a client: docs/architecture.md names those that need more (Node 20's `fetch`, aiohttp without `trust_env`).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from callwarden.egress import names

TRUSTSTORE_PASSWORD = "changeit"  # noqa: S105  # Java's own default; what it protects is public
PROXY = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
BUNDLE = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
    "AWS_CA_BUNDLE",
    "CARGO_HTTP_CAINFO",
    "npm_config_cafile",
)
ADDED = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")  # read beside the client's own list, so ours alone


def variables(
    proxy_url: str, *, bundle: str, certificate: str, wgetrc: str = "", truststore: str = "", direct: str = ""
) -> dict[str, str]:
    """The variables, for files as the program will see them. `direct` is NO_PROXY.

    It is empty unless said otherwise: then a request to the jail's own loopback goes by the proxy too, and the gate
    decides about it like about any other. `wgetrc` and `truststore` (PKCS12, for Java) are left out when empty.
    """
    return {
        **dict.fromkeys(PROXY, proxy_url),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), direct),
        **dict.fromkeys(BUNDLE, bundle),
        **dict.fromkeys(ADDED, certificate),
        "NODE_USE_ENV_PROXY": "1",
        "JAVA_TOOL_OPTIONS": _java(proxy_url, truststore, direct),
        **({"WGETRC": wgetrc} if wgetrc else {}),
    }


def own_loopback(named: Iterable[str]) -> str:
    """NO_PROXY for a jail: what its programs serve to each other is reached without the proxy.

    Not so what data names (`named`): there the machine's own server is meant, which the proxy alone reaches. Clients
    take `localhost` for every name below it too, so one of those is enough to leave it out.
    """
    meant = set(named)
    if any(names.local(name) for name in meant):
        meant.add("localhost")
    return ",".join(own for own in ("localhost", "127.0.0.1", "::1") if own not in meant)


def wgetrc(bundle: str) -> str:
    """The content of a wgetrc: wget with GnuTLS reads no variable for it."""
    return f"ca_certificate = {bundle}\n"


def _java(proxy_url: str, truststore: str, direct: str) -> str:
    parts = urlsplit(proxy_url)
    says = [
        f"-D{scheme}.proxy{what}"
        for scheme in ("http", "https")
        for what in (f"Host={parts.hostname}", f"Port={parts.port}")
    ]
    says.append(f"-Dhttp.nonProxyHosts={direct.replace(',', '|')}")
    if truststore:
        says += [
            f"-Djavax.net.ssl.trustStore={truststore}",
            "-Djavax.net.ssl.trustStoreType=PKCS12",
            f"-Djavax.net.ssl.trustStorePassword={TRUSTSTORE_PASSWORD}",
        ]
    return " ".join(says)
