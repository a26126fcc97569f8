"""A gate that many searches may pass at once, and a change alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Readers pass together, a writer alone; a waiting writer goes before readers that come after it.

    Not re-entrant: who is inside must not ask again.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._readers = 0
        self.passed = 0
        """How many readers have passed so far."""
        self._writers_waiting = 0
        self._is_writing = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Stay inside with other readers."""
        with self._condition:
            self._condition.wait_for(lambda: not self._is_writing and not self._writers_waiting)
            self._readers += 1
            self.passed += 1
        try:
            yield
        finally:
            with self._condition:
                self._readers -= 1
                self._condition.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Stay inside alone."""
        with self._condition:
            self._writers_waiting += 1
            try:
                self._condition.wait_for(lambda: not self._is_writing and not self._readers)
                self._is_writing = True
            finally:
                self._writers_waiting -= 1
                self._condition.notify_all()
        try:
            yield
        finally:
            with self._condition:
                self._is_writing = False
                self._condition.notify_all()
