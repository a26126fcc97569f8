"""One question: asked on an event loop, answered from any thread, and waited for until its deadline."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

from visualsearch.domain import Answer, Failure, Query
from visualsearch.errors import DeadlinePassed
from visualsearch.serving.failures import error_from


class Question:
    """A query whose answer somebody waits for, on the event loop that it is made on."""

    def __init__(self, query: Query, timeout_s: float) -> None:
        self.query = query
        self.id = uuid4().hex
        self.deadline = time.monotonic() + timeout_s
        self._timeout_s = timeout_s
        self._entered: tuple[int, float] | None = None
        self._reply: asyncio.Future[Answer | Failure] = asyncio.get_running_loop().create_future()

    def enter(self, among: int) -> None:
        """Remember that it was let into the house, and how many are there with it."""
        self._entered = among, time.monotonic()

    @property
    def stay(self) -> tuple[int, float] | None:
        """Among how many it was let in, and how many seconds ago; None for one that was not."""
        if self._entered is None:
            return None
        among, at_s = self._entered
        return among, time.monotonic() - at_s

    def is_wanted(self) -> bool:
        """Tell whether anyone still waits; safe from any thread."""
        return not self._reply.done() and time.monotonic() < self.deadline

    async def wait(self) -> Answer:
        """Wait for the answer; raises DeadlinePassed, or what the worker met."""
        async with within(self._timeout_s):
            reply = await self._reply
        if isinstance(reply, Failure):
            raise error_from(reply)
        return reply

    def settle(self, answer: Answer | Failure) -> None:
        """Give the answer, from any thread; a second one is passed over."""
        with suppress(RuntimeError):  # the asker's event loop is closed: nobody waits any more
            self._reply.get_loop().call_soon_threadsafe(self._set, answer)

    def _set(self, answer: Answer | Failure) -> None:
        if not self._reply.done():
            self._reply.set_result(answer)


@asynccontextmanager
async def within(timeout_s: float) -> AsyncIterator[None]:
    """Give up what is waited for in a block after so long; raises DeadlinePassed."""
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except TimeoutError:
        raise DeadlinePassed(
            f"expected an answer within {timeout_s:g} s, found none; try again when less is asked"
        ) from None
