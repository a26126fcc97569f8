"""The askers of one process: questions go to Redis in bunches, answers come to one mailbox."""

import threading
import time
from collections import deque
from dataclasses import replace
from uuid import uuid4

import structlog

from visualsearch.domain import Answer, Failure, Query
from visualsearch.errors import Overloaded, Unavailable, VisualsearchError
from visualsearch.serving.failures import STOPPED, failure_from
from visualsearch.serving.question import Question
from visualsearch.serving.redis_link import PAUSE_S, Call, RedisLink
from visualsearch.serving.room import Room
from visualsearch.serving.watched import OnDeath, watched
from visualsearch.serving.wire import decode, encode

AT_ONCE = 64
"""Questions or answers moved in one round trip at most."""
WAIT_S = 1.0
"""After which a thread that has nothing to do looks whether the queue was closed."""

_log = structlog.get_logger(__name__)


class Askers:
    """Sends questions and hands answers out, in two threads that live until the last asker has gone.

    A question is sent again when Redis was away; its id keeps it from being asked twice.
    """

    def __init__(self, link: RedisLink, house: str, room: Room) -> None:
        self._link = link
        self._house = house
        self._room = room
        self._mailbox = link.key("mailbox", uuid4().hex)
        self._waiting: dict[str, Question] = {}
        self._outgoing: deque[tuple[str, Question]] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        self._is_running = False
        self._is_away = False
        self.on_death: OnDeath = lambda _: None
        """Is told, in their own thread, when questions can be sent or answers received no more."""

    async def ask(self, query: Query, timeout_s: float) -> Answer:
        """Wait for the answer; raises Overloaded at once, DeadlinePassed late, or what the worker met."""
        question = Question(query, timeout_s)
        self._admit(question)
        try:
            return await question.wait()
        finally:
            self._leave(question)

    def refuse_if_full(self) -> None:
        """Raise Overloaded where as many wait here as there is room for in the whole house."""
        with self._changed:
            if len(self._waiting) >= self._room.limit:
                raise Overloaded(self._room.full())

    def close(self) -> None:
        """Refuse new questions; those that wait are still answered."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def are_done(self) -> bool:
        """Tell whether nobody waits and nobody will."""
        with self._changed:  # may be held already: it is reentrant
            return self._is_closed and not self._waiting

    def _admit(self, question: Question) -> None:
        with self._changed:
            if self._is_closed:
                raise Unavailable("expected a running search, found one that is shutting down; try again")
            if self._is_away:
                self.refuse_if_full()
            self._waiting[question.id] = question
            self._outgoing.append(("admit", question))
            if not self._is_running:
                self._is_running = True
                for work in (self._send, self._receive):
                    thread = threading.Thread(target=watched, args=("askers", work, self._die), daemon=True)
                    thread.start()
            self._changed.notify_all()

    def _leave(self, question: Question) -> None:
        with self._changed:
            if self._waiting.pop(question.id, None):
                self._outgoing.append(("leave", question))
            self._changed.notify_all()

    def _send(self) -> None:
        while True:
            with self._changed:
                while not self._outgoing and not self.are_done:
                    self._changed.wait()
                if not self._outgoing:
                    return
                bunch = [self._outgoing.popleft() for _ in range(min(AT_ONCE, len(self._outgoing)))]
                # Who has left before the question was sent need not be asked for.
                bunch = [
                    (what, question)
                    for what, question in bunch
                    if what == "leave" or question.id in self._waiting
                ]
            try:
                results = self._link.run_all([self._call(what, question) for what, question in bunch])
            except Unavailable:
                with self._changed:
                    self._outgoing.extendleft(reversed(bunch))
                    self._changed.wait(PAUSE_S)
                continue
            for (what, question), result in zip(bunch, results, strict=True):
                if what == "leave":
                    continue
                if result:
                    question.enter(int(result))
                else:
                    self._settle(question.id, Failure(Overloaded.code, self._room.full(), "query"))

    def _call(self, what: str, question: Question) -> Call:
        job = self._link.key("job", question.id)
        keys = self._house, self._link.stream, job
        if what == "leave":
            return Call("leave", keys, (question.id,))
        left_ms = round(1000 * (question.deadline - time.monotonic()))
        query = encode(replace(question.query, picture=None))
        # The picture is a field of its own: it is written once, and read once by whoever answers.
        picture = b"" if question.query.picture is None else b"+" + question.query.picture
        return Call("admit", keys, (question.id, self._room.limit, left_ms, self._mailbox, query, picture))

    def _receive(self) -> None:
        while not self.are_done:
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
            self._outgoing.extend(("admit", question) for question in self._waiting.values())
            self._changed.notify_all()

    def _settle(self, job: str, answer: Answer | Failure) -> None:
        with self._changed:
            question = self._waiting.pop(job, None)
            if question:
                self._room.learn(question.stay)
            self._changed.notify_all()
        if question:
            question.settle(answer)

    def _die(self, error: BaseException) -> None:
        self.close()
        self.on_death(error)
        with self._changed:
            left = list(self._waiting)
        for job in left:
            self._settle(job, STOPPED)


def _read(message: bytes) -> Answer | Failure:
    try:
        answer: Answer | Failure = decode(message, Answer, Failure, forgiving=True)
    except VisualsearchError as error:
        return failure_from(error, subject="query")
    return answer
