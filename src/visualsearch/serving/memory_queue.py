"""The queue of one process: askers on event loops, workers on threads, nothing in between."""

import threading

from visualsearch.domain import Answer, Failure, Query
from visualsearch.errors import Overloaded, Unavailable
from visualsearch.ports import Load
from visualsearch.serving.question import Question
from visualsearch.serving.room import Room


class MemoryQueue:
    """Takes as many jobs in, waiting or in work, as there is room for; one more is refused at once.

    There is room for ``capacity`` at most, and for fewer where the last of them would wait longer than
    ``target_s``.
    """

    def __init__(self, capacity: int, target_s: float = float("inf")) -> None:
        self._room = Room(capacity, target_s)
        self._waiting: dict[Question, None] = {}
        self._in_work: set[Question] = set()
        self._is_closed = False
        self._changed = threading.Condition()

    def __repr__(self) -> str:
        state = ", closed" if self._is_closed else ""
        return (
            f"MemoryQueue(room={self._room.limit}, waiting={len(self._waiting)}, "
            f"in_work={len(self._in_work)}{state})"
        )

    async def ask(self, query: Query, timeout_s: float) -> Answer:
        """Wait for the answer; raises Overloaded at once, DeadlinePassed late, or what the worker met."""
        job = Question(query, timeout_s)
        self._admit(job)
        try:
            return await job.wait()
        finally:
            self._leave(job)

    def refuse_if_full(self) -> None:
        """Raise Overloaded where ``ask`` would."""
        with self._changed:
            self._refuse_if_full()

    def take(self, limit: int) -> list[Question]:
        """Wait for a job, then take what has piled up, at most ``limit``; empty once closed.

        A job whose asker has gone, or whose deadline has passed, is dropped here.
        """
        with self._changed:
            while not (batch := self._form_batch(limit)) and not self._is_closed:
                self._changed.wait()
            return batch

    def reply(self, job: Question, answer: Answer | Failure) -> None:
        """Give a job its answer; a second reply to the same job is passed over."""
        with self._changed:
            if job not in self._in_work:
                return
            self._in_work.remove(job)
            self._room.learn(job.stay)
        job.settle(answer)

    def load(self) -> Load:
        """Count the jobs in the house."""
        with self._changed:
            return Load(len(self._waiting), len(self._in_work))

    def close(self) -> None:
        """Refuse new questions and let ``take`` run empty."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _admit(self, job: Question) -> None:
        with self._changed:
            if self._is_closed:
                raise Unavailable("expected a running search, found one that is shutting down; try again")
            job.enter(self._refuse_if_full() + 1)
            self._waiting[job] = None
            self._changed.notify()

    def _refuse_if_full(self) -> int:
        """Count who is there already."""
        others = len(self._waiting) + len(self._in_work)
        if others >= self._room.limit:
            raise Overloaded(self._room.full())
        return others

    def _leave(self, job: Question) -> None:
        with self._changed:
            self._waiting.pop(job, None)

    def _form_batch(self, limit: int) -> list[Question]:
        batch: list[Question] = []
        while self._waiting and len(batch) < limit:
            job = next(iter(self._waiting))
            del self._waiting[job]
            if job.is_wanted():
                batch.append(job)
        self._in_work.update(batch)
        return batch
