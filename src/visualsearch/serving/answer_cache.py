"""Remembers answers while the catalogue stays the same, and asks what many ask at once only once."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from visualsearch.domain import Answer, Query
from visualsearch.errors import DeadlinePassed
from visualsearch.serving.question import within

Ask = Callable[[Query, float], Awaitable[Answer]]
Key = tuple[bytes, Query]


@dataclass(slots=True)
class _Shared:
    """A question that is being answered, and how many wait for it."""

    task: asyncio.Future[Answer]
    waiting: int = 0


class AnswerCache:
    """Stands before ``ask`` on one event loop, and keeps the last ``capacity`` answers.

    ``newest`` gives what differs when anything does that answers are made of, and the log's newest change.
    ``count`` is told of each question whether its answer was kept (``hit``), came with another's (``joined``)
    or was ``asked`` for.
    """

    def __init__(
        self,
        ask: Ask,
        newest: Callable[[], tuple[Hashable, int]],
        capacity: int,
        count: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._ask = ask
        self._newest = newest
        self._capacity = capacity
        self._count = count
        self._revision: Hashable = None
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._asked: dict[Key, _Shared] = {}

    async def ask(self, query: Query, timeout_s: float) -> Answer:
        """Give the kept answer, or wait for one as ``ask`` does."""
        started = time.perf_counter()
        revision, change = self._newest()
        if revision != self._revision:
            self._revision = revision
            self._kept.clear()
            self._asked.clear()  # who asked before still waits, alone
        key = _key(query)
        if kept := self._kept.get(key):
            self._kept.move_to_end(key)
            self._count("hit")
            return replace(kept, seconds={"remember": time.perf_counter() - started})
        async with within(timeout_s):
            if (shared := self._asked.get(key)) and shared.waiting:  # else it is being taken back
                with suppress(DeadlinePassed):  # the other's, which is before ours
                    answer = await self._wait(shared)
                    if answer.change >= change:  # else what we must know of was not yet searchable
                        self._count("joined")
                        return answer
            self._count("asked")
            left_s = timeout_s - (time.perf_counter() - started)
            shared = self._asked[key] = _Shared(asyncio.ensure_future(self._ask(query, left_s)))
            shared.task.add_done_callback(partial(self._settle, key, shared, change))
            return await self._wait(shared)

    async def _wait(self, shared: _Shared) -> Answer:
        """Wait with others; the last who leaves takes the question back."""
        shared.waiting += 1
        try:
            return await asyncio.shield(shared.task)
        finally:
            shared.waiting -= 1
            if not shared.waiting:
                shared.task.cancel()

    def _settle(self, key: Key, shared: _Shared, change: int, task: asyncio.Future[Answer]) -> None:
        if self._asked.get(key) is not shared:
            return  # something has changed since, or it was asked again
        del self._asked[key]
        if task.cancelled() or task.exception():
            return
        # An index that was behind the store when it was asked must not be remembered.
        if task.result().change >= change and not task.result().is_hurried:
            self._kept[key] = task.result()
            if len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


def _key(query: Query) -> Key:
    digest = b"" if query.picture is None else hashlib.sha256(query.picture).digest()
    return digest, replace(query, picture=None)
