"""The loop between the queue and the model, and the watched thread that it runs in."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Generic

import structlog

from visualsearch.domain import Answer, Failure, Query
from visualsearch.ports import JobT, Queue
from visualsearch.serving.failures import STOPPED, failure_from
from visualsearch.serving.watched import OnDeath, watched

Answering = Callable[[Sequence[Query]], Sequence[Answer | Failure]]
"""Answers queries together; entry i is of query i."""

NICENESS = 5
"""How much lower than its server's a worker's priority is."""

_log = structlog.get_logger(__name__)


class Worker(Generic[JobT]):
    """Takes what has piled up, answers it as one batch, replies."""

    def __init__(self, queue: Queue[JobT], answer: Answering, *, batch_limit: int = 16) -> None:
        self._queue = queue
        self._answer = answer
        self._batch_limit = batch_limit

    def run(self) -> None:
        """Work until the queue is closed and empty; a batch that fails is replied to as failed."""
        while jobs := self._queue.take(self._batch_limit):
            try:
                for job, answer in zip(jobs, self._answer_all(jobs), strict=True):
                    self._queue.reply(job, answer)
            except BaseException:
                self._refuse(jobs)  # those that have their answer keep it
                raise

    def close(self) -> None:
        """Refuse new questions; ``run`` ends when what waits is answered."""
        self._queue.close()

    def refuse_all(self) -> None:
        """Refuse new questions and those that wait, so that nobody waits for a worker that is no more."""
        self._queue.close()
        while jobs := self._queue.take(self._batch_limit):
            self._refuse(jobs)

    def _answer_all(self, jobs: Sequence[JobT]) -> Sequence[Answer | Failure]:
        """Answer jobs together; if that fails, one by one, so that a bad one fails alone."""
        try:
            answers = self._answer([job.query for job in jobs])
            assert len(answers) == len(jobs), f"{len(jobs)} queries got {len(answers)} answers: this is a bug"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this batch's alone
            _log.exception("batch_failed", jobs=len(jobs))
            if len(jobs) > 1:
                return [answer for job in jobs for answer in self._answer_all([job])]
            return [failure_from(error, subject="query")]
        return answers

    def _refuse(self, jobs: Sequence[JobT]) -> None:
        for job in jobs:
            self._queue.reply(job, STOPPED)


@contextmanager
def running(worker: Worker[JobT], on_death: OnDeath, *, threads: int = 1) -> Iterator[None]:
    """Run the worker in threads of its own; on leaving, what waits is answered first.

    With two, one batch is decoded and gathered while the model is busy with another.
    """

    def die(error: BaseException) -> None:
        on_death(error)
        worker.refuse_all()

    # Daemons, so that a process that is told twice to stop does not wait for a batch.
    crew = [
        threading.Thread(target=watched, args=("worker", partial(_work, worker), die), daemon=True)
        for _ in range(threads)
    ]
    for thread in crew:
        thread.start()
    try:
        yield
    finally:
        worker.close()
        for thread in crew:
            thread.join()


def _work(worker: Worker[JobT]) -> None:
    """Run a worker a little below its server: who is refused, or asks for a page, waits for no picture.

    Threads that are started by this one, such as those that decode, are as low.
    """
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS)
    worker.run()


def run_until_told(
    working: Callable[[OnDeath], AbstractContextManager[object]], announce: Callable[[], None]
) -> int:
    """Work until SIGTERM or SIGINT comes, or the work dies; gives the process's exit code.

    What is in hand is ended first; a second signal ends the process at once.
    """
    told = threading.Event()
    deaths: list[BaseException] = []

    def stop(*_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        told.set()

    def die(error: BaseException) -> None:
        deaths.append(error)
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with working(die):
        announce()
        told.wait()
    return 1 if deaths else 0
