"""The answers that all servers of a shop keep together, on their Redis server."""

import asyncio
import hashlib
from dataclasses import replace
from typing import Any
from uuid import uuid4

from visualsearch.domain import Answer
from visualsearch.errors import VisualsearchError
from visualsearch.serving.answer_memory import Key, State
from visualsearch.serving.redis_link import Call, RedisLink
from visualsearch.serving.wire import decode, encode


class RedisAnswers:
    """At most ``capacity`` answers; whichever server sees the shop change first forgets them for all.

    A server that starts forgets them too: it cannot know what has changed before.
    """

    def __init__(self, url: str, shop: str, capacity: int) -> None:
        self._link = RedisLink(url, shop)
        self._keys = tuple(self._link.key("answers", part) for part in ("state", "kept", "used"))
        self._capacity = capacity

    async def recall(self, key: Key) -> tuple[Answer | None, State]:
        """Give the kept answer and the state."""
        return await asyncio.to_thread(self._recall, key)

    async def keep(self, key: Key, answer: Answer, state: State) -> None:
        """Keep an answer of the present state."""
        await asyncio.to_thread(self._keep, key, answer, state)

    async def forget(self) -> None:
        """Begin another state."""
        await asyncio.to_thread(self._run, "forget", uuid4().hex)

    def _recall(self, key: Key) -> tuple[Answer | None, State]:
        kept, state = self._run("recall", _digest(key), uuid4().hex)
        return _read(kept) if kept else None, state.decode()

    def _keep(self, key: Key, answer: Answer, state: State) -> None:
        self._run("keep", _digest(key), state, self._capacity, encode(answer))

    def _run(self, script: str, *arguments: str | bytes | int) -> Any:
        return self._link.run(Call(script, self._keys, arguments))


def _digest(key: Key) -> bytes:
    picture, query = key
    return hashlib.sha256(picture + encode(replace(query, picture=None))).digest()


def _read(kept: bytes) -> Answer | None:
    try:
        answer: Answer = decode(kept, Answer)
    except VisualsearchError:  # of a server of another version
        return None
    return answer
