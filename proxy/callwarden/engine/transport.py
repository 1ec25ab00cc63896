"""opa-python-client, made strict.

The client keeps its connections, which is what we want of it. What it leaves to the surroundings is fixed here on the
session underneath, because its own options do not reach that far: proxies, .netrc and CA variables of the environment
(whoever sets one would answer in the server's place), redirects (a POST would become a GET elsewhere), its own retries
(they repeat a request behind the back of the deadline) and ten pooled connections (threads beyond would connect anew).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from callwarden.errors import UsageError

if TYPE_CHECKING:
    import requests
    from opa_client import OpaClient

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def client(url: str, *, timeout: float, callers: int, token: str | None = None, ca: str | None = None) -> OpaClient:
    """A client of the server at `scheme://host[:port]`. Raises `UsageError` for any other URL and a missing package."""
    try:
        from opa_client import OpaClient  # noqa: PLC0415
        from requests.adapters import HTTPAdapter  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            f"the engine `opa` needs opa-python-client: {error}", help="pip install 'callwarden[opa]'"
        ) from None
    secure, host, port = _address(url)
    made = OpaClient(
        host=host, port=port, ssl=(ca or True) if secure else False, token=token, timeout=timeout, retries=0
    )
    session: requests.Session = made._session
    session.trust_env = False
    session.max_redirects = 0
    adapter = HTTPAdapter(max_retries=0, pool_maxsize=callers)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return made


def get(client: OpaClient, path: str) -> Any:
    """The `result` of a GET below `/v1/`; None where there is none."""
    answer = client._session.get(f"{client.root_url}/{path}", timeout=client.timeout)
    answer.raise_for_status()
    return answer.json().get("result")


def cause(error: requests.RequestException) -> str:
    """What an error of requests comes down to: OPA's own words, or the innermost reason."""
    if error.response is not None:
        return f"{error.response.status_code} {_words(error.response) or error.response.reason}"
    inner: object = error.args[0] if error.args else error
    return str(getattr(inner, "reason", inner)).rpartition(": ")[2] or type(error).__name__


def _words(response: requests.Response) -> str:
    """`code: message`, and where the error is in the policies, from `{"code", "message", "errors": […]}`."""
    try:
        said = response.json()
        words = [f"{said['code']}: {said['message']}"]
        for problem in said.get("errors", [])[:3]:
            place = problem.get("location") or {}
            words.append(f"{place.get('file', '')}:{place.get('row', 0)}: {problem['message']}")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return "; ".join(words)


def _address(url: str) -> tuple[bool, str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UsageError(f"the OPA server's URL: {error}") from None
    if parts.scheme not in {"http", "https"} or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError("the OPA server's URL is http://host:port or https://host:port")
    if parts.username is not None or parts.password is not None:
        raise UsageError("no password in the OPA server's URL", help="Put a token in CALLWARDEN_OPA_TOKEN.")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise UsageError(
            f"anybody on the way to {host} could answer in its place over http", help="Use https://, or a sidecar."
        )
    shown = f"[{host}]" if ":" in host else host
    return parts.scheme == "https", shown, port or (443 if parts.scheme == "https" else 8181)
