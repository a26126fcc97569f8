"""Keeps the indexes of vectors and of visual words at the newest change of their catalogue."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
import structlog

from visualsearch.background import running
from visualsearch.domain import Change, Neighbours, Print, Rows, Vectors
from visualsearch.errors import Unavailable
from visualsearch.ports import ChangeLog, VectorIndex, WordIndex
from visualsearch.search.kept import CHANGES_AT_ONCE, KeptIndex, LocalWords

DEAD_SHARE = 0.2
"""The share of removed rows above which an index is built anew: they cost time in every search."""

SNAPSHOT_CHANGES = 20_000
"""Changes after which a snapshot is worth writing while serving: what a start may have to replay."""

log = structlog.get_logger()


class FollowingVectors(Protocol):
    """A vector index that follows the change log: this process's own, or one that several share."""

    @property
    def index(self) -> VectorIndex:
        """The index as it is now; another one once it was compacted."""

    @property
    def change(self) -> int:
        """The last change that it knows of."""

    @property
    def saved_change(self) -> int:
        """The last change that a start need not apply again."""

    @property
    def dead_share(self) -> float:
        """The share of the rows kept in memory that are removed."""

    def apply(self, changes: Sequence[Change]) -> None:
        """Apply those of the changes that are new to it."""

    def save(self) -> None:
        """Keep what is new."""

    def compact(self, changing: threading.Lock) -> None:
        """Build it anew of its live rows."""


class LiveIndex:
    """Two indexes that follow one change log.

    Threads may search while one applies changes: the indexes themselves keep them apart.
    """

    def __init__(self, changes: ChangeLog, vectors: FollowingVectors, words: KeptIndex[LocalWords]) -> None:
        self._changes = changes
        self._vectors = vectors
        self._words = words
        self._applying = threading.Lock()

    def search(self, vectors: Vectors, k: int, allowed: Rows | None = None) -> tuple[Neighbours, int]:
        """Find the k nearest rows of each vector, and name a change that was known by then.

        Never waits for changes to be applied: that can take as long as building a graph.
        """
        change = self._vectors.change
        return self._vectors.index.search(vectors, k, allowed), change

    def search_words(self, asked: Print, k: int, allowed: Rows | None = None) -> Neighbours:
        """Find the k rows that share most with a print."""
        return self._words.index.search(asked, k, allowed)

    def catch_up(self) -> None:
        """Apply every change that is in the log by now."""
        while self._step():
            pass

    def save(self) -> None:
        """Write snapshots of what is new."""
        with self._applying:
            self._vectors.save()
            self._words.save()

    def keep_up(self) -> None:
        """Catch up with other processes, and compact and save where it is worth it."""
        self.catch_up()
        if self.dead_share > DEAD_SHARE:
            self.compact()
        if self.change - min(self._vectors.saved_change, self._words.saved_change) >= SNAPSHOT_CHANGES:
            self.save()

    def compact(self) -> None:
        """Build both indexes anew of their live rows."""
        self._vectors.compact(self._applying)
        self._words.compact(self._applying)

    @property
    def behind(self) -> int:
        """How many changes are still to be applied."""
        return self._changes.latest() - self.change

    @property
    def dead_share(self) -> float:
        """The share of the rows kept in memory that are removed, of the index where it is larger."""
        return max(self._vectors.dead_share, self._words.dead_share)

    def __len__(self) -> int:
        """Count the rows that search can find."""
        return len(self._vectors.index)

    @property
    def change(self) -> int:
        """Name the last change that both indexes know of."""
        return min(self._vectors.change, self._words.change)

    def _step(self) -> bool:
        """Apply the next changes, and tell whether there were any."""
        with self._applying:
            changes = self._changes.changes(self.change, CHANGES_AT_ONCE)
            self._vectors.apply(changes)
            self._words.apply(changes)
            return bool(changes)


def following(
    keep_up: Callable[[], None],
    on_death: Callable[[BaseException], None],
    wait: Callable[[threading.Event], bool],
) -> AbstractContextManager[None]:
    """Keep up, again and again, in a thread of its own; ``on_death`` is told if that fails.

    ``wait`` waits for what may have changed, and gives True once the event is set. A server that is away
    for a while, be it the store's or the index's, is no failure.
    """

    def follow(stop: threading.Event) -> None:
        is_away = False
        try:
            while not wait(stop):
                try:
                    keep_up()
                    is_away = False
                except Unavailable as error:
                    if not is_away:
                        log.warning("index cannot keep up, trying on", reason=error.message)
                    is_away = True
        except BaseException as error:
            log.critical("index follower died", exc_info=True)
            on_death(error)

    return running(follow, "follower")


def apply_vectors(index: VectorIndex, changes: Sequence[Change]) -> None:
    """Feed changes to an index of vectors."""
    came = [(change.row, change.vector) for change in changes if change.vector is not None]
    # A row is never used again, so within a batch it can come and then go, but not the other way round.
    if came:
        index.add(np.array([row for row, _ in came], np.int64), np.stack([vector for _, vector in came]))
    if gone := _gone(changes):
        index.remove(np.array(gone, np.int64))


def apply_prints(index: WordIndex, changes: Sequence[Change]) -> None:
    """Feed changes to an index of visual words; a row without a print has nothing to be found by."""
    came = [(change.row, change.print) for change in changes if change.print]
    if came:
        index.add(np.array([row for row, _ in came], np.int64), [encoded for _, encoded in came])
    if gone := _gone(changes):
        index.remove(np.array(gone, np.int64))


def _gone(changes: Sequence[Change]) -> list[int]:
    return [change.row for change in changes if change.vector is None]
