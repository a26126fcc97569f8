"""What is remembered is what would be answered."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualsearch.domain import WHOLE, Among, Answer, Between, Box, Every, Not, ProductId, Query
from visualsearch.errors import DeadlinePassed, NotAPicture, Overloaded
from visualsearch.serving.answer_cache import AnswerCache, Newest, _key
from visualsearch.serving.answer_memory import LocalAnswers

LONG_S = 60.0
FIRST_S, SECOND_S = 0.1, 0.2


class Shop:
    """Answers with how often it was asked, when it is let."""

    def __init__(self) -> None:
        self.asked: list[Query] = []
        self.cancelled = 0
        self.revision = "1"
        self.change = self.searchable = 1
        self.goes_on, self.began = asyncio.Event(), asyncio.Event()
        self.goes_on.set()
        self.error: Exception | None = None
        self.is_hurried = False
        self.eye = "new eye"
        self.counts: list[str] = []

    def newest(self) -> Newest:
        return Newest(self.revision, self.change, "new eye")

    async def ask(self, query: Query, _timeout_s: float) -> Answer:
        self.asked.append(query)
        self.began.set()
        change = self.searchable
        try:
            await self.goes_on.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error:
            raise self.error
        return Answer((), WHOLE, change, {"look": 0.1}, is_hurried=self.is_hurried, eye=self.eye)

    def cache(self, capacity: int = 10) -> AnswerCache:
        return AnswerCache(self.ask, self.newest, LocalAnswers(capacity), self.counts.append)


def held() -> tuple[Shop, AnswerCache]:
    """A shop that answers nothing until it is told to go on."""
    shop = Shop()
    shop.goes_on.clear()
    return shop, shop.cache()


def ask_at_once(cache: AnswerCache, askers: int) -> list[asyncio.Task[Answer]]:
    return [asyncio.create_task(cache.ask(PHOTO, LONG_S)) for _ in range(askers)]


PHOTO = Query(picture=b"photo")


def test_the_same_question_is_asked_once_until_anything_changes() -> None:
    async def scenario() -> None:
        shop = Shop()
        cache = shop.cache()
        first, again = await cache.ask(PHOTO, LONG_S), await cache.ask(PHOTO, LONG_S)
        assert (first.seconds, list(again.seconds)) == ({"look": 0.1}, ["remember"])
        shop.revision = "2"
        await cache.ask(PHOTO, LONG_S)
        assert len(shop.asked) == 2
        assert shop.counts == ["asked", "hit", "asked"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "other",
    [
        Query(picture=b"photos"),
        Query(picture=b"photo", box=Box(0, 0, 0.5, 1)),
        Query(picture=b"photo", limit=11),
        Query(picture=b"photo", exclude=frozenset({ProductId("p")})),
        Query(product=ProductId("photo")),
        Query(words="photo"),
    ],
)
def test_whatever_differs_is_another_question(other: Query) -> None:
    async def scenario() -> None:
        shop = Shop()
        cache = shop.cache()
        for query in (PHOTO, other, PHOTO, other):
            await cache.ask(query, LONG_S)
        assert shop.asked == [PHOTO, other]

    asyncio.run(scenario())


def test_what_many_ask_at_once_is_asked_once() -> None:
    async def scenario() -> None:
        shop, cache = held()
        asks = ask_at_once(cache, 20)
        await asyncio.sleep(0)
        asks[0].cancel()
        await asyncio.sleep(0)
        shop.goes_on.set()
        answers = await asyncio.gather(*asks, return_exceptions=True)
        assert isinstance(answers[0], asyncio.CancelledError)
        assert all(isinstance(answer, Answer) for answer in answers[1:])
        assert (len(shop.asked), shop.cancelled) == (1, 0)

    asyncio.run(scenario())


def test_a_question_whose_askers_have_all_gone_is_taken_back() -> None:
    async def scenario() -> None:
        shop, cache = held()
        asks = ask_at_once(cache, 3)
        await shop.began.wait()
        for asked in asks:
            asked.cancel()
        await asyncio.gather(*asks, return_exceptions=True)
        await asyncio.sleep(0)
        assert shop.cancelled == 1
        shop.goes_on.set()
        assert (await cache.ask(PHOTO, LONG_S)).change == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("turns", range(4))
def test_who_asks_what_is_just_being_taken_back_is_answered(turns: int) -> None:
    async def scenario() -> None:
        shop, cache = held()
        [gone] = ask_at_once(cache, 1)
        await shop.began.wait()
        gone.cancel()
        for _ in range(turns):
            await asyncio.sleep(0)
        shop.goes_on.set()
        assert (await cache.ask(PHOTO, LONG_S)).change == 1

    asyncio.run(scenario())


def test_what_was_asked_before_anything_was_written_is_neither_kept_nor_joined_after_it() -> None:
    async def scenario() -> None:
        shop, cache = held()
        [early] = ask_at_once(cache, 1)
        await shop.began.wait()
        shop.revision = "2"  # such as a title, which no index needs to know of
        late = ask_at_once(cache, 2)
        await asyncio.sleep(0)
        shop.goes_on.set()
        await asyncio.gather(early, *late)
        await cache.ask(PHOTO, LONG_S)
        assert shop.counts == ["asked", "asked", "joined", "hit"]

    asyncio.run(scenario())


def test_whoever_joined_a_question_that_came_to_nothing_asks_in_the_time_that_is_left() -> None:
    async def scenario() -> list[float]:
        left: list[float] = []

        async def ask(_query: Query, timeout_s: float) -> Answer:
            left.append(timeout_s)
            await asyncio.sleep(timeout_s)
            raise DeadlinePassed("expected an answer")

        cache = AnswerCache(ask, lambda: Newest("1", 1, ""), LocalAnswers(10))
        first = asyncio.create_task(cache.ask(PHOTO, FIRST_S))
        await asyncio.sleep(0)
        with pytest.raises(DeadlinePassed):
            await cache.ask(PHOTO, SECOND_S)
        with pytest.raises(DeadlinePassed):
            await first
        return left

    first, second = asyncio.run(scenario())
    assert first <= FIRST_S
    assert second <= SECOND_S - FIRST_S


def test_an_answer_of_before_a_change_is_neither_kept_nor_joined_after_it() -> None:
    async def scenario() -> None:
        shop, cache = held()
        shop.revision, shop.change = "2", 2  # stored, and not yet searchable
        early = asyncio.create_task(cache.ask(PHOTO, LONG_S))
        await shop.began.wait()
        shop.searchable = 2
        late = asyncio.create_task(cache.ask(PHOTO, LONG_S))
        await asyncio.sleep(0)
        shop.goes_on.set()
        assert [(await early).change, (await late).change] == [1, 2]
        assert (await cache.ask(PHOTO, LONG_S)).change == 2
        assert shop.counts == ["asked", "asked", "hit"]

    asyncio.run(scenario())


def test_an_answer_in_a_hurry_is_not_remembered() -> None:
    async def scenario() -> None:
        shop = Shop()
        cache = shop.cache()
        shop.is_hurried = True
        assert (await cache.ask(PHOTO, LONG_S)).is_hurried
        shop.is_hurried = False
        for _ in range(2):
            assert not (await cache.ask(PHOTO, LONG_S)).is_hurried
        assert shop.counts == ["asked", "asked", "hit"]

    asyncio.run(scenario())


def test_an_answer_by_the_model_before_is_not_remembered() -> None:
    async def scenario() -> None:
        shop = Shop()
        cache = shop.cache()
        shop.eye = "old eye"
        assert (await cache.ask(PHOTO, LONG_S)).eye == "old eye"
        shop.eye = "new eye"
        for _ in range(2):
            assert (await cache.ask(PHOTO, LONG_S)).eye == "new eye"
        assert shop.counts == ["asked", "asked", "hit"]

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [NotAPicture("expected a picture"), Overloaded("expected room")])
def test_an_error_comes_to_all_who_wait_and_is_not_remembered(error: Exception) -> None:
    async def scenario() -> None:
        shop = Shop()
        cache = shop.cache()
        shop.error = error
        outcomes = await asyncio.gather(*(cache.ask(PHOTO, LONG_S) for _ in range(3)), return_exceptions=True)
        assert outcomes == [error] * 3
        shop.error = None
        assert (await cache.ask(PHOTO, LONG_S)).change == 1

    asyncio.run(scenario())


def test_a_deadline_is_kept_though_another_waits_longer() -> None:
    async def scenario() -> None:
        shop, cache = held()
        patient = asyncio.create_task(cache.ask(PHOTO, LONG_S))
        await asyncio.sleep(0)
        asked_again = asyncio.create_task(cache.ask(PHOTO, 0.01))
        with pytest.raises(DeadlinePassed):
            await asked_again
        shop.goes_on.set()
        assert (await patient).change == 1

    asyncio.run(scenario())


@given(st.lists(st.integers(0, 8), max_size=60), st.integers(1, 4))
def test_no_more_are_kept_than_may_be_and_those_are_the_last_used(asked: list[int], capacity: int) -> None:
    async def scenario() -> int:
        shop = Shop()
        cache = shop.cache(capacity)
        for number in asked:
            await cache.ask(Query(product=ProductId(str(number))), LONG_S)
        return shop.counts.count("hit")

    assert asyncio.run(scenario()) == hits_of_a_list(asked, capacity)


def hits_of_a_list(asked: list[int], capacity: int) -> int:
    """The same by the plainest means."""
    kept: list[int] = []
    hits = 0
    for number in asked:
        hits += number in kept
        kept = [*(one for one in kept if one != number), number][-capacity:]
    return hits


def test_every_field_of_a_query_makes_another_question() -> None:
    whole = Query(
        picture=b"photo",
        where=Every((Among("brand", ("Elm",)), Not(Between("price", 5)))),
        weights=(("kind", 0.5),),
        facets=("brand",),
        like=(ProductId("a"),),
    )
    assert hash(_key(whole)) == hash(_key(replace(whole)))
    for other in (replace(whole, weights=()), replace(whole, where=None), replace(whole, picture=b"other")):
        assert _key(other) != _key(whole)
