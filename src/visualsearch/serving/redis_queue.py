"""The queue of several processes: a Redis stream whose jobs are taken over from workers that die."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from uuid import uuid4

import structlog

from visualsearch.background import running
from visualsearch.domain import Answer, Failure, Query
from visualsearch.errors import Unavailable, VisualsearchError
from visualsearch.ports import Load
from visualsearch.serving.redis_askers import Askers
from visualsearch.serving.redis_link import GROUP, PAUSE_S, Call, RedisLink
from visualsearch.serving.room import Room
from visualsearch.serving.watched import OnDeath, watched
from visualsearch.serving.wire import decode, encode

MOST_TRIES = 5
"""A job whose workers died so often is set aside: of workers killed one after the other, under load, it may
be in the hands of three by chance."""
LEASE_S = 3.0
"""A worker that has not been heard of for so long is taken to be dead."""
BEAT_S = 0.25
"""How often a worker is heard of: a write is answered once all have told that they know of it."""
BLOCK_S = 0.5
"""After which a worker that waits looks for the jobs of dead ones, and whether it is to stop."""
REPLY_PATIENCE_S = 5.0
"""How long an answer that is ready waits for a server that is away."""
MAILBOX_MS = 60_000
KEPT_ASIDE = 1000

_log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class RedisJob:
    """One question, and where its answer goes."""

    query: Query
    id: str
    entry: bytes
    """Its place in the stream."""
    mailbox: bytes


class RedisQueue:
    """Bounds the house as ``MemoryQueue`` does, over all processes of a shop that share the server.

    Each process that asks learns from its own answers how much room there is.
    Raises BadInput or Unavailable where there is no such server.
    """

    def __init__(
        self,
        url: str,
        shop: str,
        capacity: int,
        target_s: float = float("inf"),
        *,
        lease_s: float = LEASE_S,
    ) -> None:
        self._link = RedisLink(url, shop)
        self._house = self._link.key("house")
        self._workers = self._link.key("workers")
        self._worker = uuid4().hex
        self._lease_ms = round(1000 * lease_s)
        self._beat_s = min(BEAT_S, lease_s / 3)
        self._askers = Askers(self._link, self._house, Room(capacity, target_s))
        self._in_work: dict[RedisJob, None] = {}
        self._lock = threading.Lock()
        self._is_closed = False
        self._claimed_at = 0.0

    async def ask(self, query: Query, timeout_s: float) -> Answer:
        """Wait for the answer; raises Overloaded at once, DeadlinePassed late, or what the worker met."""
        return await self._askers.ask(query, timeout_s)

    def refuse_if_full(self) -> None:
        """Raise Overloaded where those of this process alone are too many."""
        self._askers.refuse_if_full()

    def take(self, limit: int) -> list[RedisJob]:
        """Wait for a job, then take what has piled up, at most ``limit``; empty once closed.

        A job of a worker that has died comes alone, for it may be what that worker died of. Once closed, jobs
        are taken only as long as this process itself waits for answers: others go on with the rest.
        """
        while not (self._is_closed and self._askers.are_done):
            try:
                jobs = self._take_over() or self._take_new(limit)
            except Unavailable as error:
                if self._is_closed:
                    break
                _log.warning("redis_away", reason=error.message)
                time.sleep(10 * PAUSE_S)
                continue
            if jobs or self._is_closed:
                return jobs
        return []

    def reply(self, job: RedisJob, answer: Answer | Failure) -> None:
        """Give a job its answer; a second reply to the same job is passed over."""
        keys = self._house, self._link.stream, self._link.key("job", job.id), job.mailbox.decode()
        call = Call("reply", keys, (GROUP, job.entry, job.id, encode(answer), MAILBOX_MS))
        try:
            self._link.run(call, patience_s=REPLY_PATIENCE_S)
        except Unavailable as error:  # its lease ends, and another worker answers
            _log.warning("reply_lost", reason=error.message)
        with self._lock:
            self._in_work.pop(job, None)

    def load(self) -> Load:
        """Count the jobs in the house; raises Unavailable."""
        return Load(*self._state()[:2])

    def close(self) -> None:
        """Refuse new questions and let ``take`` run empty."""
        self._is_closed = True
        self._askers.close()

    def workers(self) -> tuple[int, int]:
        """Count the workers that live, and name the newest change that all know; raises Unavailable."""
        alive, change = self._state()[2:]
        return alive, change

    @contextmanager
    def asking(self, on_death: OnDeath) -> Iterator[None]:
        """Let a server ask for the length of a block; those that wait then are still answered."""
        self._askers.on_death = on_death
        try:
            yield
        finally:
            self.close()

    @contextmanager
    def beating(self, change: Callable[[], int], on_death: OnDeath) -> Iterator[None]:
        """Tell that this worker lives, and the newest change that it knows, for the length of a block."""
        try:
            with running(lambda stop: watched("beat", partial(self._beat, change, stop), on_death), "beat"):
                yield
        finally:
            with suppress(Unavailable):  # then its lease ends by itself
                self._link.run(Call("rest", (self._workers, self._link.stream), (GROUP, self._worker)))

    def _beat(self, change: Callable[[], int], stop: threading.Event) -> None:
        while True:
            with self._lock:
                entries = [job.entry for job in self._in_work]
            call = Call("beat", (self._workers, self._link.stream), (GROUP, self._worker, change(), *entries))
            try:
                self._link.run(call)
            except Unavailable as error:
                _log.warning("beat_missed", reason=error.message)
            if stop.wait(self._beat_s):
                return

    def _state(self) -> list[int]:
        call = Call("state", (self._link.stream, self._workers), (GROUP, self._lease_ms))
        return [int(count) for count in self._link.run(call)]

    def _take_new(self, limit: int) -> list[RedisJob]:
        return self._open(self._link.read(self._worker, limit, None if self._is_closed else BLOCK_S))

    def _take_over(self) -> list[RedisJob]:
        """Take one job of a dead worker; at the next call the next one, until there is none."""
        if time.monotonic() < self._claimed_at + BLOCK_S:
            return []
        call = Call("claim", (self._link.stream,), (GROUP, self._worker, self._lease_ms))
        if not (found := self._link.run(call)):
            self._claimed_at = time.monotonic()
            return []
        entry, job, tries = found
        jobs = self._open([(entry, job)])
        if jobs and tries > MOST_TRIES:
            self._set_aside(jobs[0], tries - 1)
            return []
        return jobs

    def _open(self, entries: Sequence[tuple[bytes, bytes]]) -> list[RedisJob]:
        """Read what entries ask, without those that nobody waits for any more."""
        if not entries:
            return []
        ids = [job.decode() for _, job in entries]
        keys = self._house, self._link.stream, *(self._link.key("job", job) for job in ids)
        arguments = [part for (entry, _), job in zip(entries, ids, strict=True) for part in (entry, job)]
        jobs = []
        opened = self._link.run(Call("open", keys, (GROUP, *arguments)))
        for (entry, _), job, found in zip(entries, ids, opened, strict=True):
            if found and (readable := self._read(job, entry, *found)):
                jobs.append(readable)
        with self._lock:
            self._in_work.update(dict.fromkeys(jobs))
        return jobs

    def _read(self, job: str, entry: bytes, mailbox: bytes, query: bytes, picture: bytes) -> RedisJob | None:
        try:
            asked = replace(decode(query, Query), picture=picture[1:] if picture else None)
        except VisualsearchError as error:
            _log.error("query_unreadable", reason=error.message)
            refused = RedisJob(Query(), job, entry, mailbox)
            self.reply(refused, Failure(Unavailable.code, error.message, "query"))
            return None
        return RedisJob(asked, job, entry, mailbox)

    def _set_aside(self, job: RedisJob, tries: int) -> None:
        """Answer a job that kills workers with a failure, and keep what it asked, without the picture."""
        error = f"expected a worker to answer, found that {tries} died of it or beside it; it was set aside"
        _log.error("job_set_aside", job=job.id, tries=tries)
        asked = encode(replace(job.query, picture=None))
        self._link.run(Call("aside", (self._link.key("aside"),), (KEPT_ASIDE, job.id, error, asked)))
        self.reply(job, Failure(Unavailable.code, error, "query"))
