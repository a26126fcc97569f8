import asyncio
import threading
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from visualsearch.domain import WHOLE, Answer, Failure, ProductId, Query
from visualsearch.errors import NotAPicture, StoreCorrupt, Unavailable
from visualsearch.serving.memory_queue import MemoryQueue
from visualsearch.serving.worker import Worker, running

LONG_S = 60.0


def query(name: str) -> Query:
    return Query(product=ProductId(name))


def answer_all(queries: Sequence[Query]) -> list[Answer | Failure]:
    """Answers with the size of the batch; some names make trouble."""
    names = [str(asked.product) for asked in queries]
    if "corrupt" in names:
        raise StoreCorrupt("expected a database, found zeros")
    if "bug" in names:
        raise ZeroDivisionError("a secret")
    if "short" in names:
        return []
    if "fatal" in names:
        raise SystemExit(3)
    bad = Failure(NotAPicture.code, "expected a picture, found text", "query")
    return [bad if name == "bad" else Answer((), WHOLE, len(names), {}) for name in names]


def fail_the_test(error: BaseException) -> None:
    raise AssertionError(f"the worker died of {error!r}")


def ask(queue: MemoryQueue, name: str) -> Answer:
    return asyncio.run(queue.ask(query(name), LONG_S))


def test_what_piled_up_while_the_worker_was_busy_is_answered_as_one_batch() -> None:
    queue = MemoryQueue(64)
    began, goes_on = threading.Event(), threading.Event()

    def answer_slowly(queries: Sequence[Query]) -> list[Answer | Failure]:
        began.set()
        assert goes_on.wait(LONG_S)
        return answer_all(queries)

    async def scenario() -> list[int]:
        first = asyncio.create_task(queue.ask(query("0"), LONG_S))
        await asyncio.to_thread(began.wait, LONG_S)
        rest = [asyncio.create_task(queue.ask(query(str(number)), LONG_S)) for number in range(7)]
        await asyncio.sleep(0)
        goes_on.set()
        return [found.change for found in await asyncio.gather(first, *rest)]

    with running(Worker(queue, answer_slowly, batch_limit=5), fail_the_test):
        assert asyncio.run(scenario()) == [1, 5, 5, 5, 5, 5, 2, 2]


def test_one_bad_query_fails_alone() -> None:
    queue = MemoryQueue(64)
    with running(Worker(queue, answer_all), fail_the_test):
        with pytest.raises(NotAPicture):
            ask(queue, "bad")
        assert ask(queue, "good").change == 1


@pytest.mark.parametrize(
    ("name", "error"), [("corrupt", StoreCorrupt), ("bug", Unavailable), ("short", Unavailable)]
)
def test_a_batch_that_fails_is_logged_and_the_worker_goes_on(name: str, error: type[Exception]) -> None:
    queue = MemoryQueue(64)
    with capture_logs() as logs, running(Worker(queue, answer_all), fail_the_test):
        with pytest.raises(error) as raised:
            ask(queue, name)
        assert "secret" not in str(raised.value)
        assert ask(queue, "good").change == 1
    assert [line["event"] for line in logs] == ["batch_failed"]


def test_on_leaving_what_waits_is_answered_first() -> None:
    queue = MemoryQueue(64)

    async def scenario() -> int:
        asked = asyncio.create_task(queue.ask(query("0"), LONG_S))
        await asyncio.sleep(0)
        with running(Worker(queue, answer_all), fail_the_test):
            pass
        return (await asked).change

    assert asyncio.run(scenario()) == 1
    with pytest.raises(Unavailable, match="shutting down"):
        ask(queue, "0")


def test_a_worker_that_dies_is_noticed_and_nobody_waits_for_it() -> None:
    queue = MemoryQueue(64)
    deaths: list[BaseException] = []

    async def scenario() -> None:
        asks = [asyncio.create_task(queue.ask(query(name), LONG_S)) for name in ("fatal", "1", "2")]
        await asyncio.sleep(0)
        with running(Worker(queue, answer_all, batch_limit=1), deaths.append):
            for asked in asks:
                with pytest.raises(Unavailable):
                    await asked

    with capture_logs() as logs:
        asyncio.run(scenario())
    assert [type(death) for death in deaths] == [SystemExit]
    assert [line["event"] for line in logs] == ["worker_died"]


def test_a_query_that_cannot_be_answered_spoils_no_other_of_its_batch() -> None:
    queue = MemoryQueue(64)

    async def scenario() -> list[object]:
        asks = [asyncio.create_task(queue.ask(query(name), LONG_S)) for name in ("1", "bug", "2", "corrupt")]
        await asyncio.sleep(0)
        with running(Worker(queue, answer_all), fail_the_test):
            return list(await asyncio.gather(*asks, return_exceptions=True))

    with capture_logs():
        outcomes = asyncio.run(scenario())
    assert [type(outcome) for outcome in outcomes] == [Answer, Unavailable, Answer, StoreCorrupt]


def test_a_second_thread_takes_the_next_batch_while_the_first_is_busy() -> None:
    queue = MemoryQueue(64)
    both = threading.Barrier(2)

    def answer_together(queries: Sequence[Query]) -> list[Answer | Failure]:
        both.wait(LONG_S)  # broken if the batches come one after the other
        return answer_all(queries)

    async def scenario() -> list[int]:
        asks = [asyncio.create_task(queue.ask(query(name), LONG_S)) for name in ("1", "2")]
        await asyncio.sleep(0)
        with running(Worker(queue, answer_together, batch_limit=1), fail_the_test, threads=2):
            return [found.change for found in await asyncio.gather(*asks)]

    assert asyncio.run(scenario()) == [1, 1]
