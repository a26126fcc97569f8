"""Store and index -> map: all laid out anew, or what is new placed among what was there."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from visualsearch.atlas.layout import (
    MOST_CATEGORIES,
    NOTHING,
    About,
    Layout,
    Points,
    arrange,
    read,
    save,
)
from visualsearch.atlas.project import NEIGHBOURS, Near, Places, Scores, best_method, place, project
from visualsearch.domain import Neighbours, Row, Rows, Seen, Vectors
from visualsearch.errors import FormatTooNew, NotFound, SnapshotCorrupt
from visualsearch.vision.colours import leading_colours

DRIFT = 0.2
"""The share of points that are placed, or have gone, above which all are laid out anew."""
_ROWS_AT_ONCE = 5_000
_QUERIES_AT_ONCE = 512
_LEAST_CATEGORIES = 4
"""With fewer at the widest level of the categories, the next one tells more."""
_DEEPEST = 3

Show = Callable[[float, str], None]
"""Takes the fraction that is done, 0 to 1, and what there is to say."""
Search = Callable[[Vectors, int], Neighbours]


class SeenRows(Protocol):
    """A catalogue that can be read row by row."""

    identity: str

    def seen_rows(self, after: Row, limit: int) -> list[Seen]:
        """Read rows past one, in order, with what a map shows of them."""


@dataclass(frozen=True, slots=True)
class State:
    """Which catalogue a map is of, as of when, and seen by which eye."""

    catalogue: str
    eye: str
    revision: str


def lay_out(
    store: SeenRows, search: Search, state: State, path: Path, show: Show, *, seed: int = 0
) -> Layout:
    """Bring a map up to date with its catalogue and keep it; the one there stays whole until then.

    A map that is there, of the same eye, is gone on from: its points stay where they are, or begin there. One
    that cannot be read is made anew. Raises StorageFull and Unavailable.
    """
    show(0, "reading the catalogue")
    rows, vectors, points, names = _gather(store)
    before = _before(path, state)
    method = best_method(len(rows))
    old = _Kept.of(before, rows)
    is_far = before is None or before.about.method != method or old.drift(before.about.laid_out) > DRIFT
    wanted = np.arange(len(rows)) if is_far else np.flatnonzero(old.is_new)
    near, scores = old.near.copy(), old.scores.copy()
    for start in range(0, len(wanted), _QUERIES_AT_ONCE):
        batch = wanted[start : start + _QUERIES_AT_ONCE]
        show(0.1 + 0.4 * start / len(wanted), "finding neighbours")
        near[batch], scores[batch] = _neighbours(search, rows, vectors, batch)
    show(0.5, "laying out")
    begin = place(old.places, near, scores, old.is_new, seed=seed) if not old.is_new.all() else None
    if begin is None or is_far:
        places = project(vectors, near, scores, method=method, begin=begin, seed=seed)
        laid_out = len(rows)
    else:
        assert before is not None, "nothing is placed among nothing: this is a bug"
        places, laid_out = begin, before.about.laid_out
    about = About(state.catalogue, state.eye, state.revision, method, laid_out, names)
    layout = arrange(about, points, places, near, scores)
    save(layout, path)
    return layout


@dataclass(frozen=True, slots=True)
class _Kept:
    """What an older map knows of the present rows, in their order."""

    is_new: NDArray[np.bool_]
    places: Places
    near: Near
    scores: Scores

    @classmethod
    def of(cls, before: Layout | None, rows: Rows) -> "_Kept":
        near = np.full((len(rows), NEIGHBOURS), -1, np.int64)
        kept = cls(
            np.ones(len(rows), np.bool_),
            np.zeros((len(rows), 3), np.float32),
            near,
            np.zeros(near.shape, np.float32),
        )
        if before is None or not len(before) or not len(rows):
            return kept
        # From the positions of the older map to those of the present rows; -1 where a row has gone.
        present = _positions(rows, before.points.rows.astype(np.int64))
        here = np.flatnonzero(present >= 0)
        there = present[here]
        kept.is_new[there] = False
        kept.places[there] = before.free_places()[here]
        mapped = np.append(present, -1)[np.where(before.near == NOTHING, len(present), before.near)]
        kept.near[there, : mapped.shape[1]] = mapped[here]
        kept.scores[there, : mapped.shape[1]] = np.where(mapped >= 0, before.strengths / np.float32(255), 0)[
            here
        ]
        return kept

    def drift(self, laid_out: int) -> float:
        """Tell what share of a map that was laid out has gone since, or has come."""
        kept = min(laid_out, len(self.is_new) - int(self.is_new.sum()))
        return max(len(self.is_new) - kept, laid_out - kept) / max(1, laid_out)


def _before(path: Path, state: State) -> Layout | None:
    try:
        found = read(path)
    except (NotFound, SnapshotCorrupt, FormatTooNew):
        return None
    return found if (found.about.catalogue, found.about.eye) == (state.catalogue, state.eye) else None


def _gather(store: SeenRows) -> tuple[Rows, Vectors, Points, tuple[str, ...]]:
    pages = list(_pages(store))
    rows = np.array([one.row for page, _ in pages for one in page], np.int64)
    vectors = np.concatenate([stacked for _, stacked in pages]) if pages else np.zeros((0, 1), np.float32)
    seen = [one for page, _ in pages for one in page]
    categories, names = _categories([one.categories or ((one.kind,) if one.kind else ()) for one in seen])
    points = Points(
        rows.astype(np.uint32),
        np.array([np.nan if one.price is None else one.price for one in seen], np.float32),
        categories,
        leading_colours([one.colours for one in seen]),
    )
    return rows, vectors, points, names


def _pages(store: SeenRows) -> Iterator[tuple[list[Seen], Vectors]]:
    last = Row(0)
    while page := store.seen_rows(last, _ROWS_AT_ONCE):
        last = page[-1].row
        vectors = np.stack([one.vector for one in page])
        yield [replace(one, vector=vectors[0]) for one in page], vectors  # so that each is held once


def _categories(said: Sequence[tuple[str, ...]]) -> tuple[NDArray[np.uint16], tuple[str, ...]]:
    """Name each point's category, at the widest level that has several; the most frequent first."""
    depth = next(
        (
            depth
            for depth in range(1, _DEEPEST)
            if len({one[:depth] for one in said if one}) >= _LEAST_CATEGORIES
        ),
        _DEEPEST,
    )
    paths = [one[:depth][-1] if one else "" for one in said]
    counted = Counter(path for path in paths if path)
    names = ("", *(name for name, _ in islice(counted.most_common(), MOST_CATEGORIES)))
    positions = {name: position for position, name in enumerate(names)}
    return np.array([positions.get(path, 0) for path in paths], np.uint16), names


def _neighbours(
    search: Search, rows: Rows, vectors: Vectors, batch: NDArray[np.int64]
) -> tuple[Near, Scores]:
    found = search(vectors[batch], NEIGHBOURS + 1)
    near = _positions(rows, found.rows)
    near[near == batch[:, None]] = -1
    # What is left moves up, so that each has its nearest first.
    order = np.argsort(near < 0, axis=1, kind="stable")[:, :NEIGHBOURS]
    near = np.take_along_axis(near, order, axis=1)
    scores = np.where(near >= 0, np.take_along_axis(found.scores, order, axis=1), 0)
    short = NEIGHBOURS - near.shape[1]
    return np.pad(near, ((0, 0), (0, short)), constant_values=-1), np.pad(scores, ((0, 0), (0, short)))


def _positions(rows: Rows, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find rows in an ordered list of them; -1 for what is not there."""
    if not len(rows):
        return np.full(wanted.shape, -1, np.int64)
    found = np.minimum(np.searchsorted(rows, wanted), len(rows) - 1)
    return np.where(rows[found] == wanted, found, -1)
