"""Does the work of an ingest on a Ray cluster; the only file that knows Ray."""

import logging
import os
import pickle
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, Self, TypeVar

try:
    import ray
    from ray import cloudpickle
except ImportError as error:
    from visualsearch.errors import MissingExtra

    raise MissingExtra("expected ray, found that it is not installed: install visualsearch[ray]") from error

from visualsearch.errors import Unavailable

Shard = TypeVar("Shard")
Result = TypeVar("Result")

CONNECT_S = 5.0
LOOK_S = 0.2
"""Between two looks whether the run was interrupted."""
RETRIES = 3
"""How often a shard is begun anew whose worker died: often enough for machines that go away, and an end
to a picture that workers die of."""


class RayRunner:
    """A Runner on a cluster, whose machines have the same visualsearch installed.

    ``address`` is the cluster's, as ``ray.init`` takes it. Work and shards are pickled; a process there opens
    the work once. A shard whose worker dies is done again, and given once. Raises Unavailable where the
    cluster is away, or a shard's workers have died too often.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._is_interrupted = False
        self._handler: Any = None

    def run(self, shards: Iterable[Shard], work: Callable[[Shard], Result]) -> Iterator[Result]:
        """Do the work on every shard and give the results in the order of the shards."""
        carried = ray.put(cloudpickle.dumps(work))
        begun: deque[Any] = deque()
        try:
            for shard in shards:
                begun.append(_done.remote([carried], shard))
                while len(begun) > _room():
                    yield self._wait_for(begun.popleft())
            while begun:
                yield self._wait_for(begun.popleft())
        finally:
            # Where the runner was left before its results were, the shards have ended with it.
            for one in begun if ray.is_initialized() else ():
                ray.cancel(one)

    def __enter__(self) -> Self:
        # Ray asks an address where nobody answers for a quarter of an hour; one try takes half a minute.
        os.environ.setdefault("RAY_gcs_server_port_wait_time_s", "1")
        try:
            _knock(self._address)
            ray.init(address=self._address, log_to_driver=False, logging_level=logging.ERROR)
        except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise Unavailable(
                f"expected a Ray cluster at {self._address}, found: {error}; "
                "start it, or change the setting ingest.ray"
            ) from error
        if threading.current_thread() is threading.main_thread():
            self._handler = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._handler is not None:
            signal.signal(signal.SIGINT, self._handler)
        ray.shutdown()

    def _interrupt(self, *_: object) -> None:
        """Take note of an interrupt: an exception that is raised while Ray works is lost at times."""
        if self._is_interrupted:
            raise KeyboardInterrupt
        self._is_interrupted = True

    def _wait_for(self, begun: Any) -> Any:
        """Give a shard's result once it is there; raises KeyboardInterrupt where one was noted."""
        with suppress(ray.exceptions.RayError):  # which the result tells of
            while not self._is_interrupted and not ray.wait([begun], timeout=LOOK_S)[0]:
                pass
        if self._is_interrupted:
            raise KeyboardInterrupt
        return _result(begun)


def _knock(address: str) -> None:
    """Raise OSError at once where nobody listens."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_S).close()


def _do(carried: list[Any], shard: Any) -> Any:
    """Do the work here, in a process of the cluster."""
    [work] = carried
    return _opened(work)(shard)


@lru_cache(maxsize=1)
def _opened(work: Any) -> Callable[[Any], Any]:
    """Open the work once for all shards that come to this process: a model takes a second to load."""
    opened: Callable[[Any], Any] = pickle.loads(ray.get(work))  # noqa: S301 (from our own driver, through Ray)
    return opened


_done: Any = ray.remote(num_cpus=1, max_retries=RETRIES)(_do)


def _room() -> int:
    """Count the shards that may be away: for each CPU of the cluster one in work and the next."""
    return max(2, 2 * int(ray.cluster_resources().get("CPU", 0)))


def _result(begun: Any) -> Any:
    try:
        return ray.get(begun)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, ImportError):
            raise Unavailable(
                f"expected the same visualsearch on every machine of the cluster, found: {error.cause}; "
                "install it there"
            ) from error
        raise error.cause from error
    except ray.exceptions.RayError as error:
        raise Unavailable(
            f"expected a shard to be done within {RETRIES + 1} tries, found that its workers died: {error}; "
            "what was stored is kept, run again to go on"
        ) from error
