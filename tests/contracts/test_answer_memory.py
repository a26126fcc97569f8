"""What every memory of answers promises, over every adapter."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.domain import (
    WHOLE,
    Among,
    Answer,
    Box,
    Every,
    Hit,
    Not,
    PictureId,
    Product,
    ProductId,
    Query,
)
from visualsearch.serving.answer_memory import AnswerMemory, Key, LocalAnswers
from visualsearch.serving.redis_answers import RedisAnswers

Make = Callable[[int], AnswerMemory]
OLD, NEW = "old", "new"


@pytest.fixture(params=["memory", "redis"], scope="module")
def make(request: pytest.FixtureRequest) -> Make:
    if request.param == "memory":
        return LocalAnswers
    url = request.getfixturevalue("redis_url")
    return lambda capacity: RedisAnswers(url, uuid4().hex, capacity)


def key(number: int) -> Key:
    return b"%032d" % number, Query(box=Box(0, 0, 0.5, 1), where=Every((Not(Among("brand", ("Elm",))),)))


def answer(number: int) -> Answer:
    picture = PictureId("0" * 64)
    hit = Hit(Product(ProductId(f"p{number}")), picture, (picture,), WHOLE, 0.5, ("seen",))
    return Answer((hit,), WHOLE, number, {"look": 0.1})


def test_what_is_kept_is_recalled_whole_until_the_state_is_another(make: Make) -> None:
    async def scenario() -> None:
        memory = make(4)
        assert await memory.recall(key(1), OLD) is None
        await memory.keep(key(1), answer(1), OLD)
        assert await memory.recall(key(1), OLD) == answer(1)
        assert await memory.recall(key(2), OLD) is None
        for state in (NEW, OLD):
            assert await memory.recall(key(1), state) is None

    asyncio.run(scenario())


def test_whatever_differs_in_what_is_asked_is_another_key(make: Make) -> None:
    async def scenario() -> None:
        memory = make(4)
        picture, query = key(1)
        await memory.recall(key(1), OLD)
        await memory.keep((picture, query), answer(1), OLD)
        for other in ((b"another", query), (picture, Query(box=query.box)), (picture, Query(words="red"))):
            assert await memory.recall(other, OLD) is None

    asyncio.run(scenario())


def test_an_answer_to_a_state_that_is_past_is_not_kept(make: Make) -> None:
    async def scenario() -> None:
        memory = make(4)
        for state in (OLD, NEW):
            await memory.recall(key(1), state)
        await memory.keep(key(1), answer(1), OLD)
        for state in (NEW, OLD):
            assert await memory.recall(key(1), state) is None

    asyncio.run(scenario())


@settings(deadline=None, max_examples=20)
@given(asked=st.lists(st.integers(0, 8), max_size=40), capacity=st.integers(1, 4))
def test_no_more_are_kept_than_may_be_and_those_are_the_last_used(
    make: Make, asked: list[int], capacity: int
) -> None:
    async def scenario() -> None:
        memory = make(capacity)
        model: list[int] = []
        for number in asked:
            kept = await memory.recall(key(number), OLD)
            assert kept == (answer(number) if number in model else None)
            if kept is None:
                await memory.keep(key(number), answer(number), OLD)
            model = [*(one for one in model if one != number), number][-capacity:]

    asyncio.run(scenario())
