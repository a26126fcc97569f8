"""What the queue of one process promises besides what every queue does."""

import asyncio

from visualsearch.domain import WHOLE, Answer, ProductId, Query
from visualsearch.errors import DeadlinePassed
from visualsearch.serving.memory_queue import MemoryQueue

LONG_S = 60.0


def query(number: int) -> Query:
    return Query(product=ProductId(str(number)))


def answer(number: int) -> Answer:
    return Answer(hits=(), box=WHOLE, change=number, seconds={})


def test_a_job_is_dropped_even_before_its_asker_has_noticed_that_it_is_over() -> None:
    queue = MemoryQueue(4)

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
