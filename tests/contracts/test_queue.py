"""What every queue promises, over every adapter."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from visualsearch.domain import WHOLE, Answer, Failure, ProductId, Query
from visualsearch.errors import DeadlinePassed, NotAPicture, Overloaded, Unavailable
from visualsearch.ports import Queue
from visualsearch.serving.memory_queue import MemoryQueue

LONG_S = 60.0
SHORT_S = 0.02


def query(number: int) -> Query:
    return Query(product=ProductId(str(number)))


def answer(number: int) -> Answer:
    return Answer(hits=(), box=WHOLE, change=number, seconds={})


def answer_to(asked: Query) -> Answer:
    assert asked.product is not None
    return answer(int(asked.product))


@pytest.fixture(params=[pytest.param(MemoryQueue, id="memory")])
def make_queue(request: pytest.FixtureRequest) -> Callable[[int], Queue[Any]]:
    make: Callable[[int], Queue[Any]] = request.param
    return make


def serve(queue: Queue[Any]) -> threading.Thread:
    def work() -> None:
        while jobs := queue.take(16):
            for job in jobs:
                queue.reply(job, answer_to(job.query))

    thread = threading.Thread(target=work)
    thread.start()
    return thread


async def until_asked() -> None:
    """Let every task that was just made take its first steps."""
    for _ in range(3):
        await asyncio.sleep(0)


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
        await until_asked()
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
        await until_asked()
        with pytest.raises(Overloaded):
            await queue.ask(query(2), LONG_S)
        jobs = queue.take(16)
        with pytest.raises(Overloaded):
            await queue.ask(query(2), LONG_S)
        queue.reply(jobs[0], answer(0))
        asks.append(asyncio.create_task(queue.ask(query(2), LONG_S)))
        await until_asked()
        queue.reply(jobs[1], answer(1))
        queue.reply(queue.take(16)[0], answer(2))
        assert [found.change for found in await asyncio.gather(*asks)] == [0, 1, 2]

    asyncio.run(scenario())


def test_a_job_whose_asker_has_gone_is_dropped_and_frees_its_place(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    queue = make_queue(2)

    async def scenario() -> None:
        gone = asyncio.create_task(queue.ask(query(0), LONG_S))
        stays = asyncio.create_task(queue.ask(query(1), LONG_S))
        await until_asked()
        gone.cancel()
        await until_asked()
        later = asyncio.create_task(queue.ask(query(2), LONG_S))
        await until_asked()
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
        kept = asyncio.create_task(queue.ask(query(1), LONG_S))
        await until_asked()
        jobs = queue.take(16)
        assert [job.query for job in jobs] == [query(1)]
        queue.reply(jobs[0], answer(1))
        assert (await kept).change == 1

    asyncio.run(scenario())


def test_a_job_is_dropped_even_before_its_asker_has_noticed_that_it_is_over(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    queue = make_queue(4)

    async def scenario() -> None:
        gone = asyncio.create_task(queue.ask(query(0), LONG_S))
        late = asyncio.create_task(queue.ask(query(1), 0))
        kept = asyncio.create_task(queue.ask(query(2), LONG_S))
        await asyncio.sleep(0)
        gone.cancel()
        jobs = queue.take(16)
        assert [job.query for job in jobs] == [query(2)]
        queue.reply(jobs[0], answer(2))
        outcomes = await asyncio.gather(gone, late, kept, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError, DeadlinePassed, Answer]

    asyncio.run(scenario())


def test_an_answer_that_comes_after_the_asker_has_gone_is_passed_over(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    queue = make_queue(1)

    async def scenario() -> None:
        late = asyncio.create_task(queue.ask(query(0), SHORT_S))
        await until_asked()
        jobs = queue.take(1)
        with pytest.raises(DeadlinePassed):
            await late
        queue.reply(jobs[0], answer(0))
        await until_asked()
        again = asyncio.create_task(queue.ask(query(1), LONG_S))
        await until_asked()
        queue.reply(queue.take(1)[0], answer(1))
        assert (await again).change == 1

    asyncio.run(scenario())


def test_a_reply_to_an_event_loop_that_is_closed_is_passed_over(
    make_queue: Callable[[int], Queue[Any]],
) -> None:
    queue = make_queue(1)
    loop = asyncio.new_event_loop()
    asked = loop.create_task(queue.ask(query(0), LONG_S))
    loop.run_until_complete(until_asked())
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
            await until_asked()
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
        await until_asked()
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

    def __init__(self) -> None:
        super().__init__()
        self.queue: Queue[Any] = MemoryQueue(CAPACITY)
        self.loop = asyncio.new_event_loop()
        self.asks: dict[int, asyncio.Task[Answer]] = {}
        self.waiting: list[int] = []
        self.in_work: dict[int, Any] = {}
        self.replied: dict[int, Any] = {}
        self.gone: set[int] = set()

    def step(self) -> None:
        self.loop.run_until_complete(until_asked())

    @rule()
    def ask(self) -> None:
        number = len(self.asks)
        self.asks[number] = self.loop.create_task(self.queue.ask(query(number), LONG_S))
        self.step()
        if len(self.waiting) + len(self.in_work) < CAPACITY:
            self.waiting.append(number)
            assert not self.asks[number].done()
        else:
            assert isinstance(self.asks[number].exception(), Overloaded)
            self.gone.add(number)

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
        self.step()
        assert number in self.gone or self.asks[number].result() == answer(number)

    @precondition(lambda self: self.replied)
    @rule(data=st.data())
    def reply_again(self, data: st.DataObject) -> None:
        self.queue.reply(self.replied[data.draw(st.sampled_from(sorted(self.replied)))], answer(-1))
        self.step()

    @precondition(lambda self: self.waiting or self.in_work)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted({*self.waiting, *self.in_work})))
        self.asks[number].cancel()
        self.step()
        self.gone.add(number)
        if number in self.waiting:
            self.waiting.remove(number)

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
        self.step()
        assert self.queue.take(CAPACITY) == []
        assert all(asked.done() for asked in self.asks.values())
        self.loop.close()


QueueMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestMemoryQueueMachine = QueueMachine.TestCase
