"""The loop between the queue and the model, and the watched thread that it runs in."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic

import structlog

from visualsearch.domain import Answer, Failure, Query
from visualsearch.errors import Unavailable
from visualsearch.ports import JobT, Queue
from visualsearch.serving.failures import failure_from

_log = structlog.get_logger(__name__)


class Worker(Generic[JobT]):
    """Takes what has piled up, answers it as one batch, replies; ``answer`` gives entry i for query i."""

    def __init__(
        self,
        queue: Queue[JobT],
        answer: Callable[[Sequence[Query]], Sequence[Answer | Failure]],
        *,
        batch_limit: int = 16,
    ) -> None:
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
        try:
            answers = self._answer([job.query for job in jobs])
            assert len(answers) == len(jobs), f"{len(jobs)} queries got {len(answers)} answers: this is a bug"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this batch's alone
            _log.exception("batch_failed", jobs=len(jobs))
            return [failure_from(error, subject="query")] * len(jobs)
        return answers

    def _refuse(self, jobs: Sequence[JobT]) -> None:
        gone = Failure(Unavailable.code, "expected a running search, found one that has stopped", "query")
        for job in jobs:
            self._queue.reply(job, gone)


@contextmanager
def running(worker: Worker[JobT], on_death: Callable[[BaseException], None]) -> Iterator[None]:
    """Run the worker in a thread of its own; on leaving, what waits is answered first.

    ``on_death`` is called, in the worker's thread, when the loop itself fails: the process should end then.
    """
    # A daemon, so that a process that is told twice to stop does not wait for a batch.
    thread = threading.Thread(target=_watch, args=(worker, on_death), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.close()
        thread.join()


def _watch(worker: Worker[JobT], on_death: Callable[[BaseException], None]) -> None:
    try:
        worker.run()
    except BaseException as error:  # noqa: BLE001 - a thread's end must never pass unnoticed
        _log.critical("worker_died", exc_info=True)
        on_death(error)
        worker.refuse_all()
