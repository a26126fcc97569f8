"""Which row stands at which position of a list that only grows."""

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Rows

Positions = NDArray[np.int64]
"""Shape (count,): positions from 0."""

Mask = NDArray[np.bool_]
"""Shape (positions,): one truth for each position."""


class RowTable:
    """Rows by position; a removed row leaves its position dead, and takes a new one if it comes again."""

    def __init__(self, rows: Rows | None = None, alive: Mask | None = None) -> None:
        self._rows = np.empty(0, np.int64) if rows is None else rows
        self._alive = np.ones(len(self._rows), np.bool_) if alive is None else alive
        self._count = int(np.count_nonzero(self._alive))
        self._largest = int(self._rows.max(initial=-1))
        self._order: tuple[Rows, Positions] | None = None

    @property
    def rows(self) -> Rows:
        """The row at each position, dead ones too."""
        return self._rows

    @property
    def alive(self) -> Mask:
        """Whether the row at each position is there still."""
        return self._alive

    def append(self, rows: Rows) -> None:
        """Put rows, none of which is there, at the next positions."""
        self._rows = np.concatenate([self._rows, rows])
        self._alive = np.concatenate([self._alive, np.ones(len(rows), np.bool_)])
        self._count += len(rows)
        self._largest = max(self._largest, int(rows.max(initial=-1)))
        self._order = None

    def remove(self, rows: Rows) -> None:
        """Leave the positions of rows dead; a row that is not there is passed over."""
        positions = self.positions(rows)
        if len(positions):
            self._alive = self._alive.copy()
            self._alive[positions] = False
            self._count = int(np.count_nonzero(self._alive))
            self._order = None

    def positions(self, rows: Rows) -> Positions:
        """Find the positions of those rows that are there, in the order given."""
        if not len(rows) or rows.min() > self._largest:
            return np.empty(0, np.int64)
        known, positions = self._sorted()
        at = np.searchsorted(known, rows)
        is_inside = at < len(known)
        at, rows = at[is_inside], rows[is_inside]
        found: Positions = positions[at[known[at] == rows]]
        return found

    def mask(self, rows: Rows) -> Mask:
        """Mark the positions of those rows that are there."""
        marked = np.zeros(len(self._rows), np.bool_)
        marked[self.positions(rows)] = True
        return marked

    def __len__(self) -> int:
        """Count the rows that are there."""
        return self._count

    def _sorted(self) -> tuple[Rows, Positions]:
        # On demand: rows that only grow are added without it. Two readers may sort at once, to the same end.
        order = self._order
        if order is None:
            alive = np.flatnonzero(self._alive)
            by_row = np.argsort(self._rows[alive], kind="stable")
            order = self._order = (self._rows[alive][by_row], alive[by_row])
        return order
