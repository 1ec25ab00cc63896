"""Engine `opa`: the same policies on an OPA server, for teams that already distribute their bundles with OPA.

The server decides, so it must be the one that was meant and must run what is loaded here: plain http is for this
machine alone, no proxy and no redirect is followed, and at the start its modules and data are compared with the bundle.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Overdue
from typing import Any, TypeVar

import orjson

from callwarden.engine import drift, transport
from callwarden.engine.bundle import Bundle
from callwarden.errors import EngineError, EngineMissing, EngineTimeout

T = TypeVar("T")

PACKAGE, RULE = "callwarden.decision", "answer"
CALLERS = 32  # evaluations at once; more wait, and waiting counts against their deadline
PAUSE = 0.05  # seconds before the first retry, doubled for each further one


class OpaServer:
    """Safe from several threads. `timeout` (seconds) bounds each exchange; a lost one is repeated `retries` times."""

    name = "opa"

    def __init__(
        self,
        url: str,
        bundle: Bundle,
        *,
        timeout: float = 5.0,
        retries: int = 2,
        token: str | None = None,
        ca: str | None = None,
    ) -> None:
        self.policy_digest, self.revision = bundle.digest, bundle.revision
        self._url, self._timeout, self._retries = url, timeout, retries
        self._client = transport.client(url, timeout=timeout, callers=CALLERS, token=token, ca=ca)
        self._pool = ThreadPoolExecutor(CALLERS, thread_name_prefix="opa")
        try:
            drift.check(bundle, url, lambda path: self._again(lambda: transport.get(self._client, path)))
        except BaseException:
            self.close()
            raise

    def evaluate(self, document: bytes, *, deadline: float) -> bytes:
        """The answer to a document. The deadline is for all of it: waiting, connecting, retries and the last byte."""
        try:
            given = orjson.loads(document)
        except orjson.JSONDecodeError as error:
            raise EngineError(f"the document is not JSON: {error}") from None
        said = self._within(deadline, lambda: self._ask(given))
        if not isinstance(said, dict) or "result" not in said:
            raise EngineError(f"data.{PACKAGE}.{RULE} is undefined on {self._url}")
        return orjson.dumps(said["result"])

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close_connection()

    def _within(self, deadline: float, exchange: Callable[[], T]) -> T:
        """In a thread, because requests bounds each wait for the network but not all of them together."""
        try:
            asked = self._pool.submit(self._again, exchange)
        except RuntimeError:
            raise EngineError("the engine is closed") from None
        try:
            return asked.result(timeout=max(deadline, 0))
        except Overdue:
            asked.cancel()
            raise EngineTimeout(f"{self._url} did not answer within {deadline:g} s") from None

    def _again(self, exchange: Callable[[], T]) -> T:
        """An exchange, repeated where the connection was lost: evaluation changes nothing, so asking twice is safe."""
        import requests  # noqa: PLC0415

        for attempt in range(self._retries + 1):
            try:
                return exchange()
            except requests.Timeout:
                raise EngineTimeout(f"{self._url} did not answer within {self._timeout:g} s") from None
            except requests.ConnectionError as error:
                if attempt == self._retries:
                    raise EngineMissing(f"{self._url} can't be reached: {transport.cause(error)}") from None
                time.sleep(PAUSE * 2**attempt)
            except requests.RequestException as error:
                raise EngineError(f"{self._url}: {transport.cause(error)}") from None
        raise AssertionError("the last attempt returned or raised")

    def _ask(self, given: Any) -> Any:
        return self._client.query_rule(given, PACKAGE, RULE, {"strict-builtin-errors": "true"})
