"""Who answers a server's questions: itself, or workers that it meets on a Redis server."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from visualsearch.errors import BadInput, Unavailable
from visualsearch.ports import Queue
from visualsearch.serving.answer_memory import AnswerMemory, LocalAnswers
from visualsearch.serving.memory_queue import MemoryQueue
from visualsearch.serving.watched import OnDeath
from visualsearch.serving.worker import Answering, Worker, running
from visualsearch.settings import Settings

if TYPE_CHECKING:
    from visualsearch.serving.redis_queue import RedisQueue

KNOWN_S = 5.0
"""How long a write waits for all workers to know of it."""

WORKER_THREADS = 2
"""As many as help: see ``running``."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A server's queue, and what it can tell of those who answer."""

    queue: Queue[Any]
    working: Callable[[OnDeath], AbstractContextManager[object]]
    """What this process does of the work itself, from the server's start to its end."""
    why_not_ready: Callable[[], str | None]
    wait_for: Callable[[int], None]
    """Waits until all who answer know of a change; raises Unavailable."""


def join(settings: Settings, shop: str, answer: Answering) -> Line:
    """Make a server's line; raises BadInput, MissingExtra or Unavailable where Redis cannot be used."""
    if settings.queue.redis_url is None:
        queue = MemoryQueue(settings.queue.capacity, settings.queue.target_wait_s)
        worker = Worker(queue, answer, batch_limit=settings.queue.batch)
        return Line(
            queue=queue,
            working=lambda on_death: running(worker, on_death, threads=WORKER_THREADS),
            why_not_ready=lambda: None,
            wait_for=lambda _: None,
        )
    shared = open_redis(settings, shop)
    return Line(
        queue=shared,
        working=shared.asking,
        why_not_ready=lambda: _why_no_answer(shared),
        wait_for=lambda change: _wait_for(shared, change),
    )


def open_redis(settings: Settings, shop: str) -> "RedisQueue":
    """Open the queue that the settings name; raises BadInput where they name none."""
    url = _redis_url(settings)
    from visualsearch.serving.redis_queue import RedisQueue  # noqa: PLC0415 (an extra)

    return RedisQueue(url, shop, settings.queue.capacity, settings.queue.target_wait_s)


def open_memory(settings: Settings, shop: str) -> AnswerMemory:
    """Open what keeps answers; raises BadInput where it is to be a Redis server and none is named."""
    if settings.queue.remembered_in == "memory":
        return LocalAnswers(settings.queue.remembered)
    url = _redis_url(settings)
    from visualsearch.serving.redis_answers import RedisAnswers  # noqa: PLC0415 (an extra)

    return RedisAnswers(url, shop, settings.queue.remembered)


def _redis_url(settings: Settings) -> str:
    if settings.queue.redis_url is None:
        raise BadInput(
            "Expected a Redis server to meet servers on, found none. Name it in the setting queue.redis_url, "
            "as in VISUALSEARCH_QUEUE__REDIS_URL=redis://localhost:6379/0. Without one, serve works alone."
        )
    return settings.queue.redis_url.get_secret_value()


def _why_no_answer(queue: "RedisQueue") -> str | None:
    try:
        alive, _ = queue.workers()
    except Unavailable as error:
        return error.message
    return None if alive else "no worker is at work; start one with: visualsearch work"


def _wait_for(queue: "RedisQueue", change: int) -> None:
    give_up = time.monotonic() + KNOWN_S
    while True:
        alive, known = queue.workers()
        if not alive or known >= change:
            return
        if time.monotonic() > give_up:
            raise Unavailable(
                f"expected all workers to know of the change within {KNOWN_S:g} s, found one behind; "
                "it is stored, and will be found once they do"
            )
        time.sleep(0.02)
