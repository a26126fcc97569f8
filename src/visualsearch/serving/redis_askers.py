"""The askers of one process: questions go to Redis in bunches, answers come to one mailbox."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import uuid4

import structlog

from visualsearch.domain import Answer, Failure, Query
from visualsearch.errors import DeadlinePassed, Overloaded, Unavailable, VisualsearchError
from visualsearch.serving.failures import error_from, failure_from
from visualsearch.serving.redis_link import PAUSE_S, Call, RedisLink
from visualsearch.serving.wire import decode, encode

AT_ONCE = 64
"""Questions or answers moved in one round trip at most."""
WAIT_S = 1.0
"""After which a thread that has nothing to do looks whether the queue was closed."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Asked:
    """One question of this process."""

    id: str
    query: Query
    deadline: float
    """On the clock of ``time.monotonic``."""
    asker: asyncio.Future[Answer | Failure]

    def settle(self, answer: Answer | Failure) -> None:
        """Wake the asker, from any thread."""
        with suppress(RuntimeError):  # the asker's event loop is closed: nobody waits any more
            self.asker.get_loop().call_soon_threadsafe(_settle, self.asker, answer)


class Askers:
    """Sends questions and hands answers out, in two threads that live until the last asker has gone.

    A question is sent again when Redis was away; its id keeps it from being asked twice.
    """

    def __init__(self, link: RedisLink, house: str, capacity: int) -> None:
        self._link = link
        self._house = house
        self._capacity = capacity
        self._mailbox = link.key("mailbox", uuid4().hex)
        self._waiting: dict[str, Asked] = {}
        self._outgoing: deque[tuple[str, Asked]] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        self._is_running = False
        self._is_away = False

    async def ask(self, query: Query, timeout_s: float) -> Answer:
        """Wait for the answer; raises Overloaded at once, DeadlinePassed late, or what the worker met."""
        asker: asyncio.Future[Answer | Failure] = asyncio.get_running_loop().create_future()
        asked = Asked(uuid4().hex, query, time.monotonic() + timeout_s, asker)
        self._admit(asked)
        try:
            async with asyncio.timeout(timeout_s):
                reply = await asker
        except TimeoutError:
            raise DeadlinePassed(
                f"expected an answer within {timeout_s:g} s, found none; try again when less is asked"
            ) from None
        finally:
            self._leave(asked)
        if isinstance(reply, Failure):
            raise error_from(reply)
        return reply

    def close(self) -> None:
        """Refuse new questions; those that wait are still answered."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def are_done(self) -> bool:
        """Tell whether nobody waits and nobody will."""
        with self._changed:
            return self._is_closed and not self._waiting

    def _admit(self, asked: Asked) -> None:
        with self._changed:
            if self._is_closed:
                raise Unavailable("expected a running search, found one that is shutting down; try again")
            if self._is_away and len(self._waiting) >= self._capacity:
                raise Overloaded(self._full())
            self._waiting[asked.id] = asked
            self._outgoing.append(("admit", asked))
            if not self._is_running:
                self._is_running = True
                for work in (self._send, self._receive):
                    threading.Thread(target=self._watch, args=(work,), name="askers", daemon=True).start()
            self._changed.notify_all()

    def _leave(self, asked: Asked) -> None:
        with self._changed:
            if self._waiting.pop(asked.id, None):
                self._outgoing.append(("leave", asked))
            self._changed.notify_all()

    def _full(self) -> str:
        return f"expected fewer than {self._capacity} searches at a time, found as many; try again soon"

    def _send(self) -> None:
        while True:
            with self._changed:
                while not self._outgoing and not self._is_over():
                    self._changed.wait()
                if not self._outgoing:
                    return
                bunch = [self._outgoing.popleft() for _ in range(min(AT_ONCE, len(self._outgoing)))]
                # Who has left before the question was sent need not be asked for.
                bunch = [
                    (what, asked) for what, asked in bunch if what == "leave" or asked.id in self._waiting
                ]
            try:
                results = self._link.run_all([self._call(what, asked) for what, asked in bunch])
            except Unavailable:
                with self._changed:
                    self._outgoing.extendleft(reversed(bunch))
                    self._changed.wait(PAUSE_S)
                continue
            for (what, asked), result in zip(bunch, results, strict=True):
                if what == "admit" and not result:
                    self._settle(asked.id, Failure(Overloaded.code, self._full(), "query"))

    def _call(self, what: str, asked: Asked) -> Call:
        job = self._link.key("job", asked.id)
        keys = self._house, self._link.stream, job
        if what == "leave":
            return Call("leave", keys, (asked.id,))
        left_ms = round(1000 * (asked.deadline - time.monotonic()))
        query = encode(replace(asked.query, picture=None))
        # The picture is a field of its own: it is written once, and read once by whoever answers.
        picture = b"" if asked.query.picture is None else b"+" + asked.query.picture
        return Call("admit", keys, (asked.id, self._capacity, left_ms, self._mailbox, query, picture))

    def _receive(self) -> None:
        while not self._is_over_now():
            try:
                came = self._link.pop(self._mailbox, 2 * AT_ONCE, WAIT_S)
                if self._is_away:
                    self._is_away = False
                    self._ask_again()
            except Unavailable as error:
                if not self._is_away:
                    _log.warning("redis_away", reason=error.message)
                self._is_away = True
                time.sleep(PAUSE_S)
                continue
            for job, answer in zip(came[::2], came[1::2], strict=True):
                self._settle(job.decode(), _read(answer))

    def _ask_again(self) -> None:
        """Send every question anew: a server that was started again may have forgotten them."""
        with self._changed:
            _log.warning("redis_back", waiting=len(self._waiting))
            self._outgoing.extend(("admit", asked) for asked in self._waiting.values())
            self._changed.notify_all()

    def _settle(self, job: str, answer: Answer | Failure) -> None:
        with self._changed:
            asked = self._waiting.pop(job, None)
            self._changed.notify_all()
        if asked:
            asked.settle(answer)

    def _is_over(self) -> bool:
        return self._is_closed and not self._waiting

    def _is_over_now(self) -> bool:
        with self._changed:
            return self._is_over()

    def _watch(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            _log.critical("askers_died", exc_info=True)
            with self._changed:
                self._is_closed = True
                left = list(self._waiting)
            for job in left:
                self._settle(job, failure_from(Unavailable(str(error)), subject="query"))
            raise


def _read(message: bytes) -> Answer | Failure:
    try:
        answer: Answer | Failure = decode(message, Answer, Failure, forgiving=True)
    except VisualsearchError as error:
        return failure_from(error, subject="query")
    return answer


def _settle(asker: asyncio.Future[Answer | Failure], answer: Answer | Failure) -> None:
    if not asker.done():
        asker.set_result(answer)
