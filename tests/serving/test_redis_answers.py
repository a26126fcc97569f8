"""What the memory of answers of all servers promises besides what every memory does, on a real server."""

import asyncio
from uuid import uuid4

from services import RedisServer

from visualsearch.domain import WHOLE, Answer, Query
from visualsearch.serving.answer_cache import AnswerCache, Newest
from visualsearch.serving.redis_answers import RedisAnswers

PHOTO = Query(picture=b"photo")
LONG_S = 60.0


class Server:
    """A server of a shop: what it has seen of the shop, and how often it asked."""

    def __init__(self, url: str, shop: str) -> None:
        self.revision = "1"
        self.asked = 0
        self.counts: list[str] = []
        memory = RedisAnswers(url, shop, 10)
        self.cache = AnswerCache(self._ask, lambda: Newest(self.revision, 1, ""), memory, self.counts.append)

    async def _ask(self, _query: Query, _timeout_s: float) -> Answer:
        self.asked += 1
        return Answer((), WHOLE, 1, {})


def test_what_one_server_was_answered_another_knows_until_anything_changes(redis_url: str) -> None:
    async def scenario() -> None:
        one, other = (Server(redis_url, shop) for shop in [uuid4().hex] * 2)
        for server in (one, other, one):
            await server.cache.ask(PHOTO, LONG_S)
        assert (one.counts, other.counts) == (["asked", "hit"], ["hit"])
        one.revision = other.revision = "2"
        for server in (one, other):
            await server.cache.ask(PHOTO, LONG_S)
        assert (one.counts[-1], other.counts[-1]) == ("asked", "hit")

    asyncio.run(scenario())


def test_a_server_that_starts_knows_what_was_kept_before_it(redis_url: str) -> None:
    async def scenario() -> None:
        shop = uuid4().hex
        await Server(redis_url, shop).cache.ask(PHOTO, LONG_S)
        started = Server(redis_url, shop)
        await started.cache.ask(PHOTO, LONG_S)
        assert started.counts == ["hit"]

    asyncio.run(scenario())


def test_what_many_ask_a_server_at_once_is_asked_once(redis_url: str) -> None:
    async def scenario() -> None:
        server = Server(redis_url, uuid4().hex)
        await asyncio.gather(*(server.cache.ask(PHOTO, LONG_S) for _ in range(20)))
        assert server.asked == 1
        assert sorted(server.counts) == ["asked", *["joined"] * 19]

    asyncio.run(scenario())


def test_servers_of_another_shop_know_nothing_of_it(redis_url: str) -> None:
    async def scenario() -> None:
        for server in (Server(redis_url, uuid4().hex) for _ in range(2)):
            await server.cache.ask(PHOTO, LONG_S)
            assert server.counts == ["asked"]

    asyncio.run(scenario())


def test_without_its_redis_server_every_question_is_asked(own_redis: RedisServer) -> None:
    server = Server(own_redis.url, "shop")
    own_redis.kill()
    for _ in range(2):
        assert asyncio.run(server.cache.ask(PHOTO, LONG_S)).change == 1
    assert server.counts == ["asked", "asked"]
