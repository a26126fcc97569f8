"""The queue of one process: askers on event loops, workers on threads, nothing in between."""

import asyncio
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from visualsearch.domain import Answer, Failure, Query
from visualsearch.errors import DeadlinePassed, Overloaded, Unavailable
from visualsearch.ports import Load
from visualsearch.serving.failures import error_from


@dataclass(slots=True, eq=False)
class MemoryJob:
    """One question, and the future on the asker's own event loop that waits for its answer."""

    query: Query
    deadline: float
    """On the clock of ``time.monotonic``."""
    asker: asyncio.Future[Answer | Failure]

    def is_wanted(self) -> bool:
        """Tell whether anyone still waits; safe from any thread."""
        return not self.asker.done() and time.monotonic() < self.deadline


class MemoryQueue:
    """At most ``capacity`` jobs are in the house, waiting or in work; one more is refused at once."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._waiting: dict[MemoryJob, None] = {}
        self._in_work: set[MemoryJob] = set()
        self._is_closed = False
        self._changed = threading.Condition()

    def __repr__(self) -> str:
        state = ", closed" if self._is_closed else ""
        return (
            f"MemoryQueue(capacity={self._capacity}, waiting={len(self._waiting)}, "
            f"in_work={len(self._in_work)}{state})"
        )

    async def ask(self, query: Query, timeout_s: float) -> Answer:
        """Wait for the answer; raises Overloaded at once, DeadlinePassed late, or what the worker met."""
        asker: asyncio.Future[Answer | Failure] = asyncio.get_running_loop().create_future()
        job = MemoryJob(query, time.monotonic() + timeout_s, asker)
        self._admit(job)
        try:
            async with asyncio.timeout(timeout_s):
                reply = await asker
        except TimeoutError:
            raise DeadlinePassed(
                f"expected an answer within {timeout_s:g} s, found none; try again when less is asked"
            ) from None
        finally:
            self._leave(job)
        if isinstance(reply, Failure):
            raise error_from(reply)
        return reply

    def take(self, limit: int) -> list[MemoryJob]:
        """Wait for a job, then take what has piled up, at most ``limit``; empty once closed.

        A job whose asker has gone, or whose deadline has passed, is dropped here.
        """
        with self._changed:
            while not (batch := self._form_batch(limit)) and not self._is_closed:
                self._changed.wait()
            return batch

    def reply(self, job: MemoryJob, answer: Answer | Failure) -> None:
        """Give a job its answer; a second reply to the same job is passed over."""
        with self._changed:
            if job not in self._in_work:
                return
            self._in_work.remove(job)
        with suppress(RuntimeError):  # the asker's event loop is closed: nobody waits any more
            job.asker.get_loop().call_soon_threadsafe(_settle, job.asker, answer)

    def load(self) -> Load:
        """Count the jobs in the house."""
        with self._changed:
            return Load(len(self._waiting), len(self._in_work))

    def close(self) -> None:
        """Refuse new questions and let ``take`` run empty."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _admit(self, job: MemoryJob) -> None:
        with self._changed:
            if self._is_closed:
                raise Unavailable("expected a running search, found one that is shutting down; try again")
            if len(self._waiting) + len(self._in_work) >= self._capacity:
                raise Overloaded(
                    f"expected fewer than {self._capacity} searches at a time, found as many; try again soon"
                )
            self._waiting[job] = None
            self._changed.notify()

    def _leave(self, job: MemoryJob) -> None:
        with self._changed:
            self._waiting.pop(job, None)

    def _form_batch(self, limit: int) -> list[MemoryJob]:
        batch: list[MemoryJob] = []
        while self._waiting and len(batch) < limit:
            job = next(iter(self._waiting))
            del self._waiting[job]
            if job.is_wanted():
                batch.append(job)
        self._in_work.update(batch)
        return batch


def _settle(asker: asyncio.Future[Answer | Failure], answer: Answer | Failure) -> None:
    if not asker.done():
        asker.set_result(answer)
