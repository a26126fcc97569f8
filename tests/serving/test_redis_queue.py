"""What the queue of several processes promises besides what every queue does, on a real server."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from services import RedisServer

from visualsearch.domain import WHOLE, Answer, ProductId, Query
from visualsearch.errors import BadInput, Overloaded, Unavailable
from visualsearch.ports import Load
from visualsearch.serving.redis_queue import MOST_TRIES, RedisQueue
from visualsearch.serving.wire import encode

LONG_S = 60.0
LEASE_S = 0.3


def query(number: int) -> Query:
    return Query(picture=b"picture %d" % number, product=ProductId(str(number)))


def answer_to(asked: Query) -> Answer:
    assert asked.product is not None
    assert asked.picture == b"picture " + asked.product.encode()
    return Answer((), WHOLE, int(asked.product), {})


@pytest.fixture
def make(redis_url: str) -> Iterator[Callable[[], RedisQueue]]:
    """Make the queues of several processes of one shop."""
    shop = uuid4().hex
    made: list[RedisQueue] = []

    def make_one() -> RedisQueue:
        made.append(RedisQueue(redis_url, shop, 64, lease_s=LEASE_S))
        return made[-1]

    yield make_one
    for queue in made:
        queue.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(64) as pool:
        yield pool


def ask(queue: RedisQueue, number: int) -> int:
    return asyncio.run(queue.ask(query(number), LONG_S)).change


def fail_the_test(error: BaseException) -> None:
    raise AssertionError(f"a thread died of {error!r}")


def until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.005)


def test_the_house_is_bounded_over_all_servers(
    make: Callable[[], RedisQueue], threads: ThreadPoolExecutor
) -> None:
    servers, worker = [make(), make()], make()
    asked = [threads.submit(ask, servers[number % 2], number) for number in range(64)]
    until(lambda: worker.load() == Load(64, 0))

    for server in servers:
        with pytest.raises(Overloaded):
            ask(server, 64)
    for _ in range(4):
        for job in worker.take(16):
            worker.reply(job, answer_to(job.query))
    assert [one.result() for one in asked] == list(range(64))
    assert worker.load() == Load(0, 0)


def test_the_jobs_of_a_worker_that_died_are_answered_by_another_one_by_one(
    make: Callable[[], RedisQueue], threads: ThreadPoolExecutor
) -> None:
    server, dead, heir = make(), make(), make()
    asked = [threads.submit(ask, server, number) for number in range(5)]
    until(lambda: server.load() == Load(5, 0))
    assert len(dead.take(16)) == 5

    for _ in range(5):
        [job] = heir.take(16)
        heir.reply(job, answer_to(job.query))

    assert [one.result() for one in asked] == list(range(5))


def test_a_worker_that_is_slow_but_lives_keeps_its_jobs(
    make: Callable[[], RedisQueue], threads: ThreadPoolExecutor
) -> None:
    server, slow, other = make(), make(), make()
    asked = threads.submit(ask, server, 1)
    with slow.beating(lambda: 7, fail_the_test):
        [job] = slow.take(16)
        waiting = threads.submit(other.take, 16)
        time.sleep(4 * LEASE_S)  # what is shown is that nothing happens meanwhile
        assert not waiting.done()
        assert other.workers() == (1, 7)
        slow.reply(job, answer_to(job.query))
    assert asked.result() == 1
    assert server.workers() == (0, -1), "it told that it rests"
    other.close()
    assert waiting.result() == []


def test_a_job_that_its_workers_die_of_is_set_aside_with_its_error(
    make: Callable[[], RedisQueue], threads: ThreadPoolExecutor
) -> None:
    server = make()
    poison = threads.submit(ask, server, 13)
    until(lambda: server.load() == Load(1, 0))
    for _ in range(MOST_TRIES):
        assert [job.query for job in make().take(16)] == [query(13)]  # and dies
    heir = make()
    taken = threads.submit(heir.take, 16)

    with pytest.raises(Unavailable, match=f"{MOST_TRIES} died"):
        poison.result()

    good = threads.submit(ask, server, 1)
    [job] = taken.result()
    heir.reply(job, answer_to(job.query))
    assert good.result() == 1
    entries: Any = server._link._client.xrange(server._link.key("aside"))
    [(_, kept)] = entries
    assert kept[b"query"] == encode(Query(product=ProductId("13")))
    assert b"died" in kept[b"error"]


def test_a_dead_worker_is_not_counted_and_forgotten_once_its_jobs_are_taken_over(
    make: Callable[[], RedisQueue], threads: ThreadPoolExecutor
) -> None:
    server, dead, heir = make(), make(), make()
    asked = threads.submit(ask, server, 1)
    dead.take(16)
    stop = threading.Event()
    stop.set()
    dead._beat(lambda: 3, stop)  # once, and never again
    assert server.workers() == (1, 3)
    until(lambda: server.workers() == (0, -1))
    workers = server._link.key("workers")
    assert server._link._client.hlen(workers) == 1

    [job] = heir.take(16)
    heir.reply(job, answer_to(job.query))

    assert asked.result() == 1
    assert server.workers() == (0, -1)
    assert server._link._client.hlen(workers) == 0


def test_only_the_first_of_two_answers_to_one_job_counts(
    make: Callable[[], RedisQueue], threads: ThreadPoolExecutor
) -> None:
    server, paused, heir = make(), make(), make()
    asked = threads.submit(ask, server, 1)
    [first] = paused.take(16)
    [second] = heir.take(16)

    heir.reply(second, Answer((), WHOLE, 2, {}))
    paused.reply(first, Answer((), WHOLE, 3, {}))

    assert asked.result() == 2
    assert server.load() == Load(0, 0)


def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_others(
    make: Callable[[], RedisQueue], threads: ThreadPoolExecutor
) -> None:
    server, stopping, other = make(), make(), make()
    asked = [threads.submit(ask, server, number) for number in range(3)]
    until(lambda: server.load() == Load(3, 0))

    [job] = stopping.take(1)
    stopping.close()
    stopping.reply(job, answer_to(job.query))
    assert stopping.take(1) == []
    for job in other.take(16):
        other.reply(job, answer_to(job.query))

    assert [one.result() for one in asked] == list(range(3))


def test_nothing_is_left_on_the_server_when_all_is_answered(
    make: Callable[[], RedisQueue], threads: ThreadPoolExecutor
) -> None:
    server, worker = make(), make()
    asked = [threads.submit(ask, server, number) for number in range(8)]
    until(lambda: server.load() == Load(8, 0))
    for job in worker.take(16):
        worker.reply(job, answer_to(job.query))
    assert [one.result() for one in asked] == list(range(8))

    link = server._link
    left = link._client.keys(link.key("*"))

    assert left == [link.stream.encode()]
    assert link._client.xlen(link.stream) == 0


def test_threads_that_can_go_on_no_more_tell_it_and_nobody_waits_for_them(
    make: Callable[[], RedisQueue],
) -> None:
    server, worker = make(), make()
    deaths: list[BaseException] = []
    keys = server._link.stream, server._link.key("workers")
    for key in keys:
        server._link._client.set(key, "of another program")

    with server.asking(deaths.append), pytest.raises(Unavailable, match="has stopped"):
        ask(server, 1)
    with worker.beating(lambda: 7, deaths.append):
        until(lambda: len(deaths) == 2)
        server._link._client.delete(*keys)

    assert all("WRONGTYPE" in str(death) for death in deaths)


def test_a_server_that_is_started_again_and_has_forgotten_everything_loses_no_question(
    own_redis: RedisServer, threads: ThreadPoolExecutor
) -> None:
    asker, worker = (RedisQueue(own_redis.url, "shop", 64) for _ in range(2))
    asked = [threads.submit(ask, asker, number) for number in range(8)]
    until(lambda: worker.load() == Load(8, 0))
    taken = worker.take(4)
    own_redis.kill()
    asked.append(threads.submit(ask, asker, 8))
    own_redis.start()
    for job in taken:
        worker.reply(job, answer_to(job.query))  # or is asked again
    while not all(one.done() for one in asked):
        for job in worker.take(16):
            worker.reply(job, answer_to(job.query))
        if all(one.done() for one in asked):
            break
        until(lambda: worker.load().waiting > 0 or all(one.done() for one in asked))
    assert [one.result() for one in asked] == list(range(9))
    asker.close()
    worker.close()


def test_a_server_that_is_not_there_or_no_redis_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="expected a Redis server"):
        RedisQueue(f"unix://{tmp_path}/nothing", "shop", 1)
    with pytest.raises(BadInput, match="expected an address"):
        RedisQueue("http://example.com", "shop", 1)
