"""The answers that all servers of a shop keep together, on their Redis server."""

import asyncio
import hashlib
from dataclasses import replace
from typing import Any

from visualsearch.domain import Answer
from visualsearch.errors import VisualsearchError
from visualsearch.serving.answer_memory import Key, State
from visualsearch.serving.redis_link import Call, RedisLink
from visualsearch.serving.wire import decode, encode


class RedisAnswers:
    """At most ``capacity`` answers; whichever server sees the shop change first drops them for all."""

    def __init__(self, url: str, shop: str, capacity: int) -> None:
        self._link = RedisLink(url, shop)
        self._keys = tuple(self._link.key("answers", part) for part in ("state", "kept", "used"))
        self._capacity = capacity

    async def recall(self, key: Key, state: State) -> Answer | None:
        """Give the kept answer."""
        kept = await asyncio.to_thread(self._run, "recall", key, state)
        return _read(kept) if kept else None

    async def keep(self, key: Key, answer: Answer, state: State) -> None:
        """Keep an answer of the present state."""
        await asyncio.to_thread(self._run, "keep", key, state, self._capacity, encode(answer))

    def _run(self, script: str, key: Key, *arguments: str | bytes | int) -> Any:
        return self._link.run(Call(script, self._keys, (_digest(key), *arguments)))


def _digest(key: Key) -> bytes:
    picture, query = key
    return hashlib.sha256(picture + encode(replace(query, picture=None))).digest()


def _read(kept: bytes) -> Answer | None:
    try:
        answer: Answer = decode(kept, Answer)
    except VisualsearchError:  # of a server of another version
        return None
    return answer
