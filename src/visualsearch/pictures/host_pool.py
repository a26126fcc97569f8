"""Threads that are shared by all hosts, few at a time for each."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Job(Generic[Result]):
    work: Callable[[], Result]
    future: Future[Result] = field(default_factory=Future)

    def run(self) -> None:
        if self.future.set_running_or_notify_cancel():
            try:
                self.future.set_result(self.work())
            except BaseException as error:  # noqa: BLE001 - whoever waits for the result is told
                self.future.set_exception(error)


@dataclass(slots=True)
class _Lane(Generic[Result]):
    """The work of one host."""

    waiting: deque[_Job[Result]] = field(default_factory=deque)
    running: int = 0


class HostPool(Generic[Result]):
    """Does work on threads, never more than ``per_host`` pieces at a time for one host.

    No thread ever waits for another, and hosts take turns: one with a thousand pictures does not
    keep the next one waiting until all are done.
    """

    def __init__(self, threads: int, *, per_host: int) -> None:
        self._per_host = per_host
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="fetch")
        self._lock = Lock()
        self._lanes: dict[str, _Lane[Result]] = {}

    def submit(self, host: str, work: Callable[[], Result]) -> Future[Result]:
        """Queue work for a host."""
        job = _Job(work)
        with self._lock:
            lane = self._lanes.setdefault(host, _Lane())
            lane.waiting.append(job)
            if lane.running < self._per_host:
                self._executor.submit(self._run_next, host)
                lane.running += 1
        return job.future

    def close(self) -> None:
        """Cancel what waits and wait for what runs."""
        with self._lock:
            for lane in self._lanes.values():
                for job in lane.waiting:
                    job.future.cancel()
                lane.waiting.clear()
        self._executor.shutdown(cancel_futures=True)

    def _run_next(self, host: str) -> None:
        with self._lock:
            lane = self._lanes[host]
            job = lane.waiting.popleft() if lane.waiting else None
        if job:
            job.run()
        with self._lock:
            if lane.waiting:
                # At the end of the executor's queue, behind the other hosts.
                self._executor.submit(self._run_next, host)
                return
            lane.running -= 1
            if not lane.running:
                del self._lanes[host]
