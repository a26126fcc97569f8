"""One vector index of several processes: whoever comes first applies what is new in the change log."""

import json
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import structlog

from visualsearch.domain import Change
from visualsearch.errors import SnapshotCorrupt
from visualsearch.ports import ChangeLog, VectorIndex
from visualsearch.search.kept import mark_of
from visualsearch.search.live import apply_vectors

CHANGES_AT_ONCE = 2_000
"""Changes applied together while it is filled: some megabytes, and few words with the server."""

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

    The change stands with the rows, on the server. Whoever applies changes keeps all others out and reads
    first how far they have come, so each change is applied once, and none after a later one.
    """

    saved_change: int
    dead_share = 0.0
    """The server sees to what was removed."""

    def __init__(
        self,
        changes: ChangeLog,
        eye: str,
        open_index: Callable[[], SharedVectors],
        alone: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """Open the index, or make it; ``alone`` keeps all others out who apply changes, on any machine."""
        self._changes = changes
        self._eye = eye
        self._alone = alone
        with alone():
            self.index = open_index()
            self.change = self.saved_change = self._held()
            if self.change > changes.latest():
                log.warning("shared index is ahead of an older catalogue, building anew")
                self.index.clear()
                self.change = self.saved_change = 0

    def apply(self, changes: Sequence[Change]) -> None:
        """Apply those of the changes that no process has applied yet; raises Unavailable."""
        if not changes or changes[-1].number <= self.change:
            return
        with self._alone():
            held = self._held()
            new = [change for change in changes if change.number > held]
            if new:
                apply_vectors(self.index, new)
                held = new[-1].number
                self.index.keep_mark(mark_of(self._changes, self._eye, held))
        self.index.refresh()
        if held >= self._changes.latest():
            len(self.index)  # waits for the server here, and no search has to
        self.change = self.saved_change = held

    def fill(self, show: Callable[[float, str], None]) -> int:
        """Apply all of the log and count the rows; run again, it goes on.

        ``show`` takes the fraction that is done, 0 to 1, and what there is to say. Raises Unavailable, or
        SnapshotCorrupt where the count is not the store's.
        """
        while changes := self._changes.changes(self.change, CHANGES_AT_ONCE):
            self.apply(changes)
            latest = max(self._changes.latest(), 1)
            show(self.change / latest, f"change {self.change} of {latest}")
        if (found := len(self.index)) != (expected := self._changes.counts().rows):
            raise SnapshotCorrupt(
                f"expected {expected} rows in the shared index, as in the store, found {found}: "
                "drop its collection, and run the same command again"
            )
        return found

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
