"""Remembers answers while the catalogue stays the same, and asks what many ask at once only once."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from visualsearch.domain import Answer, Query
from visualsearch.errors import DeadlinePassed, Unavailable
from visualsearch.serving.answer_memory import AnswerMemory, Key, State
from visualsearch.serving.question import within

Ask = Callable[[Query, float], Awaitable[Answer]]


class Newest(NamedTuple):
    """What answers are made of just now."""

    state: State
    change: int
    """The newest of the log."""
    eye: str
    """Whose answers may be kept: while a model is changed for another, both answer."""


@dataclass(slots=True)
class _Shared:
    """A question that is being answered, and how many wait for it."""

    task: asyncio.Future[Answer]
    waiting: int = 0


class AnswerCache:
    """Stands before ``ask`` on one event loop, with a memory of answers.

    ``count`` is told of each question whether its answer was kept (``hit``), came with another's (``joined``)
    or was ``asked`` for.
    """

    def __init__(
        self,
        ask: Ask,
        newest: Callable[[], Newest],
        memory: AnswerMemory,
        count: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._ask = ask
        self._newest = newest
        self._memory = memory
        self._count = count
        self._state: State | None = None
        self._asked: dict[Key, _Shared] = {}

    async def ask(self, query: Query, timeout_s: float) -> Answer:
        """Give the kept answer, or wait for one as ``ask`` does."""
        started = time.perf_counter()
        key = _key(query)
        async with within(timeout_s):
            newest = self._newest()
            if newest.state != self._state:
                self._state = newest.state
                self._asked.clear()  # who asked before still waits, alone
            if (shared := self._asked.get(key)) and shared.waiting:  # else it is being taken back
                with suppress(DeadlinePassed):  # the other's, which is before ours
                    answer = await self._wait(shared)
                    if answer.change >= newest.change:  # else what we must know of was not yet searchable
                        self._count("joined")
                        return answer
            left_s = timeout_s - (time.perf_counter() - started)
            asking = self._recall_or_ask(query, left_s, key, newest)
            shared = self._asked[key] = _Shared(asyncio.ensure_future(asking))
            shared.task.add_done_callback(partial(self._settle, key, shared))
            return await self._wait(shared)

    async def _recall_or_ask(self, query: Query, timeout_s: float, key: Key, newest: Newest) -> Answer:
        started = time.perf_counter()
        with suppress(Unavailable):
            kept = await self._memory.recall(key, newest.state)
            if kept is not None:
                self._count("hit")
                return replace(kept, seconds={"remember": time.perf_counter() - started})
        self._count("asked")
        answer = await self._ask(query, timeout_s - (time.perf_counter() - started))
        # An index that was behind the store when it was asked must not be remembered.
        if answer.change >= newest.change and answer.eye == newest.eye and not answer.is_hurried:
            with suppress(Unavailable):
                await self._memory.keep(key, answer, newest.state)
        return answer

    async def _wait(self, shared: _Shared) -> Answer:
        """Wait with others; the last who leaves takes the question back."""
        shared.waiting += 1
        try:
            return await asyncio.shield(shared.task)
        finally:
            shared.waiting -= 1
            if not shared.waiting:
                shared.task.cancel()

    def _settle(self, key: Key, shared: _Shared, _task: asyncio.Future[Answer]) -> None:
        if self._asked.get(key) is shared:  # else something has changed since, or it was asked again
            del self._asked[key]


def _key(query: Query) -> Key:
    digest = b"" if query.picture is None else hashlib.sha256(query.picture).digest()
    return digest, replace(query, picture=None)
