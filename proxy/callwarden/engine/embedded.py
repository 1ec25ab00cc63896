"""OPA in this process, through the bridge library."""

from __future__ import annotations

import threading

from callwarden.engine import Engine, native, selftest
from callwarden.engine.bundle import Bundle
from callwarden.engine.native import Problem, Refused
from callwarden.engine.selftest import TestReport
from callwarden.errors import BundleError, EngineError, EngineTimeout

MAX_DOCUMENT = 32 << 20  # a call is some MiB of text at most; more than this is built to tire us


class Embedded:
    """Engine `embedded`. Safe from several threads; `swap` changes the bundle for all of them at once."""

    name = "embedded"

    def __init__(self, bundle: Bundle) -> None:
        self._swapping = threading.Lock()
        self._live: Loaded | None = Loaded(bundle)

    @property
    def bundle(self) -> Bundle:
        return self._current().bundle

    @property
    def policy_digest(self) -> str:
        return self._current().policy_digest

    @property
    def revision(self) -> str:
        return self._current().revision

    def pinned(self) -> Engine:
        """The engine on the bundle of this moment: what one decision is made and recorded with, whatever is swapped."""
        return self._current()

    def evaluate(self, document: bytes, *, deadline: float) -> bytes:
        return self._current().evaluate(document, deadline=deadline)

    def check(self) -> list[Problem]:
        """See `selftest.check`."""
        return selftest.check(self.bundle)

    def run_tests(self, pattern: str | None = None, *, coverage: bool = True) -> TestReport:
        """See `selftest.run_tests`."""
        return selftest.run_tests(self.bundle, pattern, coverage=coverage)

    def swap(self, bundle: Bundle) -> None:
        """Puts a new bundle in the place of the live one, if it compiles and all of its own tests pass.

        Raises `BundleError` and keeps the live one otherwise. Evaluations under way end on the bundle they began on.
        """
        self._current()
        with self._swapping:
            new = Loaded(bundle)
            failures = selftest.run_tests(bundle, coverage=False).failures
            if failures:
                raise BundleError(
                    f"{failures[0].file}:{failures[0].line}: the new bundle fails its own test {failures[0].name}",
                    help="The last good bundle stays. `callwarden policy test` shows every failure.",
                )
            self._live = new

    def close(self) -> None:
        self._live = None

    def _current(self) -> Loaded:
        live = self._live
        if live is None:
            raise EngineError("the engine is closed")
        return live


class Loaded:
    """One compiled bundle. Whoever evaluates holds on to it, so that it outlives a swap for as long as it is needed."""

    name = Embedded.name

    def __init__(self, bundle: Bundle) -> None:
        self._bridge = native.bridge()
        self.bundle, self.policy_digest, self.revision = bundle, bundle.digest, bundle.revision
        try:
            self._handle = self._bridge.load(selftest.packed(bundle))
        except Refused as refused:
            raise BundleError(str(refused)) from None

    def evaluate(self, document: bytes, *, deadline: float) -> bytes:
        """The answer to a document within `deadline` seconds. Raises `EngineError`, past it `EngineTimeout`."""
        if len(document) > MAX_DOCUMENT:
            raise EngineError(f"the input document is larger than {MAX_DOCUMENT >> 20} MiB")
        try:
            return self._bridge.evaluate(self._handle, document, max(int(deadline * 1000), 0))
        except Refused as refused:
            kind = EngineTimeout if refused.problems[0].code == "timeout" else EngineError
            raise kind(f"the policies gave no answer: {refused}") from None

    def close(self) -> None:
        """Nothing to hand back: the bundle goes with the last who holds it."""

    def __del__(self) -> None:
        handle = getattr(self, "_handle", None)
        if handle is not None:
            self._bridge.release(handle)
