"""Many calls at once, answered in the order they came in.

One thread reads, a few work, and the caller writes: an answer goes out as soon as those before it are out, even while
the reader waits for the next line, so that a batch may be a conversation.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue
from threading import Thread
from typing import IO, TypeVar

Item = TypeVar("Item")
AHEAD = 64  # in the air at once: enough to keep every core busy, few enough that memory stays small


def stream(items: Iterable[Item], work: Callable[[Item], bytes], output: IO[bytes]) -> None:
    """Writes `work(item)` for every item, in order. What the iterable or the work raises is raised here."""
    waiting: Queue[Future[bytes] | BaseException | None] = Queue(AHEAD)
    with ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="callwarden-batch") as pool:
        Thread(target=_feed, args=(items, work, pool, waiting), name="callwarden-read", daemon=True).start()
        while (next_one := waiting.get()) is not None:
            if isinstance(next_one, BaseException):
                raise next_one
            output.write(next_one.result())
            if waiting.empty():
                output.flush()


def _feed(
    items: Iterable[Item],
    work: Callable[[Item], bytes],
    pool: ThreadPoolExecutor,
    waiting: Queue[Future[bytes] | BaseException | None],
) -> None:
    try:
        for item in items:
            waiting.put(pool.submit(work, item))
        waiting.put(None)
    except BaseException as problem:
        waiting.put(problem)
