"""Does the work of an ingest on threads of this process."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self, TypeVar

Shard = TypeVar("Shard")
Result = TypeVar("Result")


class LocalRunner:
    """A Runner on threads: enough for work that waits for networks or computes outside Python's lock."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="ingest")

    def run(self, shards: Iterable[Shard], work: Callable[[Shard], Result]) -> Iterator[Result]:
        """Do the work on every shard and give the results in the order of the shards."""
        # One shard more than there are workers keeps them busy while a result is being stored;
        # a longer queue would only hold memory.
        begun: deque[Future[Result]] = deque()
        for shard in shards:
            begun.append(self._threads.submit(work, shard))
            if len(begun) > self._workers:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._threads.shutdown(cancel_futures=True)
