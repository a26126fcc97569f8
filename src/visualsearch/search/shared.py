"""One vector index of several processes: whoever comes first applies what is new in the change log."""

import fcntl
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import structlog

from visualsearch.domain import Change
from visualsearch.errors import IndexAway
from visualsearch.ports import ChangeLog, VectorIndex
from visualsearch.search.kept import mark_of

PATIENCE_S = 30.0
"""How long one process waits for another that is applying changes."""
_PAUSE_S = 0.02

log = structlog.get_logger()


class SharedVectors(VectorIndex, Protocol):
    """A vector index on a server, which keeps what it took in by itself."""

    def mark(self) -> str:
        """Read the text that was kept last, by whichever process; empty at first."""

    def keep_mark(self, mark: str) -> None:
        """Keep a text with the rows."""

    def refresh(self) -> None:
        """Let the next search see what other processes have changed by now."""

    def clear(self) -> None:
        """Begin anew, without rows and mark."""


class SharedIndex:
    """A shared index with the last change that it is known to hold.

    The change stands with the rows, on the server. Whoever applies changes holds a lock of the shop's folder
    and reads first how far others have come, so each change is applied once, and none after a later one.
    """

    saved_change: int
    dead_share = 0.0
    """The server sees to what was removed."""

    def __init__(
        self,
        changes: ChangeLog,
        eye: str,
        open_index: Callable[[], SharedVectors],
        apply: Callable[[VectorIndex, Sequence[Change]], None],
        lock: Path,
    ) -> None:
        self._changes = changes
        self._eye = eye
        self._apply = apply
        self._lock = lock
        with _alone(lock):
            self.index = open_index()
            self.change = self.saved_change = self._held()
            if self.change > changes.latest():
                log.warning("shared index is ahead of an older catalogue, building anew")
                self.index.clear()
                self.change = self.saved_change = 0

    def apply(self, changes: Sequence[Change]) -> None:
        """Apply those of the changes that no process has applied yet; raises IndexAway."""
        if not changes or changes[-1].number <= self.change:
            return
        with _alone(self._lock):
            held = self._held()
            new = [change for change in changes if change.number > held]
            if new:
                self._apply(self.index, new)
                held = new[-1].number
                self.index.keep_mark(mark_of(self._changes, self._eye, held))
        self.index.refresh()
        if held >= self._changes.latest():
            len(self.index)  # waits for the server here, and no search has to
        self.change = self.saved_change = held

    def save(self) -> None:
        """Do nothing: the server has kept all."""

    def compact(self, changing: threading.Lock) -> None:
        """Do nothing: the server does it."""

    def _held(self) -> int:
        """Read how far all processes together have come."""
        mark = self.index.mark()
        if not mark:
            return 0
        change = int(json.loads(mark)["change"])
        return change if mark == mark_of(self._changes, self._eye, change) else 0


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Keep other processes out; the lock goes when its process ends, however."""
    give_up = time.monotonic() + PATIENCE_S
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _locked(descriptor):
            if time.monotonic() > give_up:
                raise IndexAway(
                    f"expected to apply changes to the shared index within {PATIENCE_S:g} s, found another "
                    f"process that holds {lock}; what was stored will be found once it is done"
                )
            time.sleep(_PAUSE_S)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
