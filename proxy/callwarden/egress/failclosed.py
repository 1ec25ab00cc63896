"""mitmproxy swallows what a hook raises and lets the traffic go on. Here a hook that raises refuses."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from mitmproxy import exceptions, http
from mitmproxy.proxy import layer as proxy_layer
from mitmproxy.proxy import server_hooks

from callwarden.egress.asking import PATIENCE
from callwarden.egress.layers import Closing
from callwarden.egress.refusing import refuse
from callwarden.egress.ruling import refusal

SECONDS = PATIENCE + 15.0
T = TypeVar("T")
S = TypeVar("S")
logger = logging.getLogger(__name__)


def guarded(hook: Callable[[S, T], None]) -> Callable[[S, T], None]:
    @functools.wraps(hook)
    def wrapped(self: S, data: T) -> None:
        try:
            hook(self, data)
        except exceptions.AddonHalt:
            raise
        except Exception as error:
            _refused(data, error, hook.__name__)

    return wrapped


def guarded_async(hook: Callable[[S, T], Awaitable[None]]) -> Callable[[S, T], Awaitable[None]]:
    @functools.wraps(hook)
    async def wrapped(self: S, data: T) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                await hook(self, data)
        except Exception as error:
            _refused(data, error, hook.__name__)

    return wrapped


def _refused(data: Any, error: Exception, hook: str) -> None:
    """Only the type of an error is told: its text may hold what was sent."""
    reason = f"the egress door failed ({type(error).__name__} in {hook})"
    logger.error(reason)
    match data:
        case http.HTTPFlow() if hook in {"http_connect", "requestheaders", "request"}:
            refuse(data, refusal("fault", reason, "this is callwarden's fault, not yours", 503))
        case http.HTTPFlow() if data.killable:
            data.kill()
        case server_hooks.ServerConnectionHookData():
            data.server.error = reason
        case proxy_layer.NextLayer():
            data.layer = Closing(data.context)
        case _ if hasattr(data, "error"):
            data.error = reason
        case _:
            raise exceptions.AddonHalt
