"""What every queue promises, over every adapter."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from visualsearch.domain import WHOLE, Answer, Failure, ProductId, Query
from visualsearch.errors import DeadlinePassed, NotAPicture, Overloaded, Unavailable
from visualsearch.ports import Load, Queue
from visualsearch.serving.memory_queue import MemoryQueue
from visualsearch.serving.redis_queue import RedisQueue

LONG_S = 60.0
SHORT_S = 0.02
AIM_S = 0.5
ENOUGH_S = 1.0
"""To be taken before it is over."""


def query(number: int) -> Query:
    return Query(product=ProductId(str(number)))


def answer(number: int) -> Answer:
    return Answer(hits=(), box=WHOLE, change=number, seconds={})


def answer_to(asked: Query) -> Answer:
    assert asked.product is not None
    return answer(int(asked.product))


@pytest.fixture(params=["memory", "redis"])
def make_queue(request: pytest.FixtureRequest) -> Iterator[Callable[..., Queue[Any]]]:
    made: list[Queue[Any]] = []

    def make(capacity: int, target_s: float = LONG_S) -> Queue[Any]:
        if request.param == "memory":
            made.append(MemoryQueue(capacity, target_s))
        else:
            made.append(RedisQueue(request.getfixturevalue("redis_url"), uuid4().hex, capacity, target_s))
        return made[-1]

    yield make
    for queue in made:
        queue.close()


def serve(queue: Queue[Any]) -> threading.Thread:
    def work() -> None:
        while jobs := queue.take(16):
            for job in jobs:
                queue.reply(job, answer_to(job.query))

    thread = threading.Thread(target=work)
    thread.start()
    return thread


async def until_load(queue: Queue[Any], waiting: int, in_work: int = 0) -> None:
    """Let what has just begun come so far; the test's own time limit ends it if that never comes."""
    await asyncio.sleep(0)
    while queue.load() != Load(waiting, in_work):  # noqa: ASYNC110 (another process's state has no event)
        await asyncio.sleep(0.0005)


def test_each_of_many_askers_gets_its_own_answer(make_queue: Callable[[int], Queue[Any]]) -> None:
    queue = make_queue(200)
    workers = [serve(queue), serve(queue)]

    async def ask_all() -> list[Answer]:
        return await asyncio.gather(*(queue.ask(query(number), LONG_S) for number in range(200)))

    assert [found.change for found in asyncio.run(ask_all())] == list(range(200))
    queue.close()
    for worker in workers:
        worker.join()


def test_askers_on_several_event_loops_share_a_queue(make_queue: Callable[[int], Queue[Any]]) -> None:
    queue = make_queue(64)
    worker = serve(queue)

    def ask_one_by_one(first: int) -> list[int]:
        async def ask() -> list[int]:
            return [(await queue.ask(query(number), LONG_S)).change for number in range(first, first + 50)]

        return asyncio.run(ask())

    with ThreadPoolExecutor(4) as loops:
        changes = list(loops.map(ask_one_by_one, (0, 1000, 2000, 3000)))
    assert changes == [list(range(first, first + 50)) for first in (0, 1000, 2000, 3000)]
    queue.close()
    worker.join()


def test_take_gives_what_has_piled_up_in_order_and_at_most_the_limit(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    queue = make_queue(10)

    async def scenario() -> None:
        asks = [asyncio.create_task(queue.ask(query(number), LONG_S)) for number in range(5)]
        await until_load(queue, 5)
        first, second = queue.take(3), queue.take(3)
        assert [job.query for job in first + second] == [query(number) for number in range(5)]
        assert (len(first), len(second)) == (3, 2)
        for job in reversed(first + second):
            queue.reply(job, answer_to(job.query))
        assert [found.change for found in await asyncio.gather(*asks)] == list(range(5))

    asyncio.run(scenario())


def test_one_more_than_the_capacity_is_refused_while_waiting_and_while_in_work(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    queue = make_queue(2)

    async def scenario() -> None:
        asks = [asyncio.create_task(queue.ask(query(number), LONG_S)) for number in range(2)]
        await until_load(queue, 2)
        with pytest.raises(Overloaded):
            await queue.ask(query(2), LONG_S)
        jobs = queue.take(16)
        with pytest.raises(Overloaded):
            await queue.ask(query(2), LONG_S)
        with pytest.raises(Overloaded):
            queue.refuse_if_full()
        queue.reply(jobs[0], answer(0))
        await asks[0]
        queue.refuse_if_full()
        asks.append(asyncio.create_task(queue.ask(query(2), LONG_S)))
        await until_load(queue, 1, 1)
        queue.reply(jobs[1], answer(1))
        queue.reply(queue.take(16)[0], answer(2))
        assert [found.change for found in await asyncio.gather(*asks)] == [0, 1, 2]

    asyncio.run(scenario())


def test_where_answers_come_slowly_fewer_are_let_in_until_they_come_quickly(
    make_queue: Callable[..., Queue[Any]],
) -> None:
    queue = make_queue(8, target_s=AIM_S)

    async def ask_eight(stay_s: float) -> int:
        asks = [asyncio.create_task(queue.ask(query(number), LONG_S)) for number in range(8)]
        while queue.load().waiting + sum(asked.done() for asked in asks) < 8:  # noqa: ASYNC110
            await asyncio.sleep(0.0005)
        await asyncio.sleep(stay_s)  # it is time that is learnt from
        for job in queue.take(16):
            queue.reply(job, answer_to(job.query))
        outcomes = await asyncio.gather(*asks, return_exceptions=True)
        return sum(isinstance(outcome, Overloaded) for outcome in outcomes)

    async def scenario() -> None:
        assert await ask_eight(5 * AIM_S) == 0
        assert 1 <= await ask_eight(0) <= 7
        while await ask_eight(0):
            pass

    asyncio.run(scenario())


def test_a_job_whose_asker_has_gone_is_dropped_and_frees_its_place(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    queue = make_queue(2)

    async def scenario() -> None:
        gone = asyncio.create_task(queue.ask(query(0), LONG_S))
        stays = asyncio.create_task(queue.ask(query(1), LONG_S))
        await until_load(queue, 2)
        gone.cancel()
        await until_load(queue, 1)
        later = asyncio.create_task(queue.ask(query(2), LONG_S))
        await until_load(queue, 2)
        jobs = queue.take(16)
        assert [job.query for job in jobs] == [query(1), query(2)]
        for job in jobs:
            queue.reply(job, answer_to(job.query))
        assert [(await stays).change, (await later).change] == [1, 2]

    asyncio.run(scenario())


def test_a_question_without_an_answer_ends_at_its_deadline_and_is_never_taken(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    queue = make_queue(2)

    async def scenario() -> None:
        with pytest.raises(DeadlinePassed):
            await queue.ask(query(0), SHORT_S)
        await until_load(queue, 0)
        kept = asyncio.create_task(queue.ask(query(1), LONG_S))
        await until_load(queue, 1)
        jobs = queue.take(16)
        assert [job.query for job in jobs] == [query(1)]
        queue.reply(jobs[0], answer(1))
        assert (await kept).change == 1

    asyncio.run(scenario())


def test_an_answer_that_comes_after_the_asker_has_gone_is_passed_over(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    queue = make_queue(1)

    async def scenario() -> None:
        late = asyncio.create_task(queue.ask(query(0), ENOUGH_S))
        await until_load(queue, 1)
        jobs = queue.take(1)
        with pytest.raises(DeadlinePassed):
            await late
        queue.reply(jobs[0], answer(0))
        await until_load(queue, 0)
        again = asyncio.create_task(queue.ask(query(1), LONG_S))
        await until_load(queue, 1)
        queue.reply(queue.take(1)[0], answer(1))
        assert (await again).change == 1

    asyncio.run(scenario())


def test_a_reply_to_an_event_loop_that_is_closed_is_passed_over(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    queue = make_queue(1)
    loop = asyncio.new_event_loop()
    asked = loop.create_task(queue.ask(query(0), LONG_S))
    loop.run_until_complete(until_load(queue, 1))
    jobs = queue.take(1)
    asked.cancel()
    loop.run_until_complete(asyncio.gather(asked, return_exceptions=True))
    loop.close()
    queue.reply(jobs[0], answer(0))


def test_a_failure_comes_back_as_the_error_of_its_code(make_queue: Callable[[int], Queue[Any]]) -> None:
    queue = make_queue(2)

    async def scenario() -> None:
        for code, error in (("not-a-picture", NotAPicture), ("never-heard-of", Unavailable)):
            asked = asyncio.create_task(queue.ask(query(0), LONG_S))
            await until_load(queue, 1)
            queue.reply(queue.take(1)[0], Failure(code, "expected a picture, found text", "query"))
            with pytest.raises(error, match="expected a picture, found text"):
                await asked

    asyncio.run(scenario())


def test_a_closed_queue_refuses_new_questions_and_runs_empty(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    queue = make_queue(4)

    async def scenario() -> None:
        waits = asyncio.create_task(queue.ask(query(0), LONG_S))
        await until_load(queue, 1)
        queue.close()
        with pytest.raises(Unavailable, match="shutting down"):
            await queue.ask(query(1), LONG_S)
        jobs = queue.take(16)
        queue.reply(jobs[0], answer(0))
        assert (await waits).change == 0
        assert queue.take(16) == []

    asyncio.run(scenario())


def test_closing_wakes_every_worker_that_waits(make_queue: Callable[[int], Queue[Any]]) -> None:
    queue = make_queue(4)
    workers = [serve(queue) for _ in range(3)]
    queue.close()
    for worker in workers:
        worker.join(timeout=10)
    assert not any(worker.is_alive() for worker in workers)


CAPACITY = 4


class QueueMachine(RuleBasedStateMachine):
    """Asks, cancels, takes and replies in any order, on one loop that steps between, beside a plain model."""

    def __init__(self, make: Callable[[int], Queue[Any]]) -> None:
        super().__init__()
        self.queue = make(CAPACITY)
        self.loop = asyncio.new_event_loop()
        self.asks: dict[int, asyncio.Task[Answer]] = {}
        self.waiting: list[int] = []
        self.in_work: dict[int, Any] = {}
        self.replied: dict[int, Any] = {}
        self.gone: set[int] = set()

    def settle(self) -> None:
        """Let all that has begun come to where the model says that it ends."""
        self.loop.run_until_complete(until_load(self.queue, len(self.waiting), len(self.in_work)))
        for number in self.replied.keys() | self.gone:
            self.loop.run_until_complete(asyncio.wait([self.asks[number]]))

    @rule()
    def ask(self) -> None:
        number = len(self.asks)
        self.asks[number] = self.loop.create_task(self.queue.ask(query(number), LONG_S))
        if len(self.waiting) + len(self.in_work) < CAPACITY:
            self.waiting.append(number)
            self.settle()
            assert not self.asks[number].done()
        else:
            self.gone.add(number)
            self.settle()
            assert isinstance(self.asks[number].exception(), Overloaded)

    @precondition(lambda self: self.waiting)
    @rule(limit=st.integers(1, CAPACITY))
    def take(self, limit: int) -> None:
        jobs = self.queue.take(limit)
        expected, self.waiting = self.waiting[:limit], self.waiting[limit:]
        assert [job.query for job in jobs] == [query(number) for number in expected]
        self.in_work.update(zip(expected, jobs, strict=True))

    @precondition(lambda self: self.in_work)
    @rule(data=st.data())
    def reply(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.in_work)))
        job = self.replied[number] = self.in_work.pop(number)
        self.queue.reply(job, answer(number))
        self.settle()
        assert number in self.gone or self.asks[number].result() == answer(number)

    @precondition(lambda self: self.replied)
    @rule(data=st.data())
    def reply_again(self, data: st.DataObject) -> None:
        self.queue.reply(self.replied[data.draw(st.sampled_from(sorted(self.replied)))], answer(-1))
        self.settle()

    @precondition(lambda self: self.waiting or self.in_work)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted({*self.waiting, *self.in_work})))
        self.asks[number].cancel()
        self.gone.add(number)
        if number in self.waiting:
            self.waiting.remove(number)
        self.settle()

    @invariant()
    def each_ask_has_its_own_answer_or_still_waits(self) -> None:
        for number, asked in self.asks.items():
            if number in self.gone:
                assert asked.done()
            elif number in self.replied:
                assert asked.result() == answer(number)
            else:
                assert not asked.done()

    def teardown(self) -> None:
        self.queue.close()
        for job in [*self.in_work.values(), *self.queue.take(CAPACITY)]:
            self.queue.reply(job, answer_to(job.query))
        if self.asks:
            self.loop.run_until_complete(asyncio.wait(self.asks.values()))
        assert self.queue.take(CAPACITY) == []
        self.loop.close()


def test_whatever_is_asked_taken_and_cancelled_nothing_is_lost_or_answered_twice(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    class Machine(QueueMachine):
        def __init__(self) -> None:
            super().__init__(make_queue)

    run_state_machine_as_test(
        Machine, settings=settings(max_examples=60, stateful_step_count=40, deadline=None)
    )
