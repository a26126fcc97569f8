"""What may be changed for another while it is used."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Generic, Self, TypeVar

import structlog

from visualsearch.background import running

LOOK_INTERVAL_S = 0.5
"""How often it is looked whether there is another."""

Thing = TypeVar("Thing")

_log = structlog.get_logger(__name__)


class _Opened(Generic[Thing]):
    """A thing that is open, and how many have it just now."""

    def __init__(self, opening: AbstractContextManager[Thing]) -> None:
        self.parts = ExitStack()
        self.thing = self.parts.enter_context(opening)
        self.borrowers = 0


class Swapped(Generic[Thing]):
    """Lends to any thread what is present, and closes what no longer is once nobody has it."""

    def __init__(self, opening: AbstractContextManager[Thing]) -> None:
        self._present = _Opened(opening)
        self._changing = threading.Condition()

    @contextmanager
    def lent(self) -> Iterator[Thing]:
        """Lend what is present; it stays open for the length of the block, and is the same throughout."""
        with self._changing:
            opened = self._present
            opened.borrowers += 1
        try:
            yield opened.thing
        finally:
            with self._changing:
                opened.borrowers -= 1
                self._changing.notify_all()

    def swap(self, opening: AbstractContextManager[Thing]) -> None:
        """Open another, lend it from then on, and wait to close the one before.

        Nobody waits for it to be opened; the present one stays if that fails.
        """
        newer = _Opened(opening)
        with self._changing:
            older, self._present = self._present, newer
            self._changing.wait_for(lambda: not older.borrowers)
        older.parts.close()

    def __enter__(self) -> Self:
        """Give the lender itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close what is present."""
        self._present.parts.close()


def swapping(
    lender: Swapped[Thing], another: Callable[[], AbstractContextManager[Thing] | None]
) -> AbstractContextManager[None]:
    """Swap in, from a thread of its own, whatever ``another`` tells to open; what fails is logged."""

    def look(stop: threading.Event) -> None:
        while not stop.wait(LOOK_INTERVAL_S):
            try:
                if opening := another():
                    lender.swap(opening)
            except Exception:  # noqa: BLE001 - the present one goes on
                _log.exception("swap_failed")

    return running(look, "swapper")
