"""The nearest vectors by faiss: all rows compared while they are few, a graph followed above."""

import threading
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Neighbours, Rows, Vectors
from visualsearch.index import snapshot
from visualsearch.index.gate import Gate
from visualsearch.index.rows import Mask, Positions, RowTable
from visualsearch.index.vectors import answer, check_k, check_rows, cosines, pair, scale, set_apart

_KIND = "hnsw"
_FP16 = faiss.ScalarQuantizer.QT_fp16
_COSINE = faiss.METRIC_INNER_PRODUCT  # of vectors of length 1

_SCAN_VALUES = 16_000_000
"""What a core compares in about 1.6 ms: 12,500 rows of 1,280 numbers, or 62,500 of 256."""
_LINKS, _LINKS_OF_MANY, _MANY_ROWS = 32, 16, 500_000
_EF_CONSTRUCTION = 64
_EF_SEARCH, _EF_SEARCH_MOST = 64, 4096
_PROBE = 64
_BATCH = 128
"""Rows that go into the graph while searches wait: some tens of milliseconds. faiss works on a hundred or
less by one thread."""
_BULK = 1024
"""Rows that go at once into a graph that nobody searches meanwhile."""
_QUERIES_OF_ONE_THREAD = 8
_THREADS = faiss.omp_get_max_threads()

Found = tuple[NDArray[np.float32], Positions]
"""Scores and positions, each of shape (queries, k); a position of -1 is none."""


class HnswIndex:
    """Compares all rows while they are few, and follows a graph above (arXiv:1603.09320).

    The vectors are kept as float16. Searches run side by side and see each change whole; changes wait for one
    another, and hold searches up only while one batch goes in. A removed row stays as a dead node: when
    ``dead_share`` has grown past a fifth, the owner puts ``compacted()`` in the place of this index.
    """

    def __init__(self, dimension: int, *, scan_rows: int | None = None, held: "_Held | None" = None) -> None:
        """Make an empty index that compares all of up to ``scan_rows`` rows; ``held`` is for this module."""
        if dimension < 1:
            raise ValueError(f"expected a dimension of 1 or more, found {dimension}")
        self.dimension = dimension
        self._scan_rows = _SCAN_VALUES // dimension if scan_rows is None else scan_rows
        self._held = held or _Held(_new_list(dimension), RowTable())
        self._gate = Gate()
        self._passed = 0
        self._changing = threading.Lock()

    @property
    def dead_share(self) -> float:
        """How much of what the index holds was removed, 0 to 1."""
        table = self._held.table
        return (len(table.rows) - len(table)) / max(1, len(table.rows))

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add rows; one that is there already, or comes again in the same call, is replaced.

        The call that takes the index past ``scan_rows`` builds the graph; searches go on comparing meanwhile.
        """
        rows, vectors = pair(rows, vectors, self.dimension)
        with self._changing:
            if self._held.has_graph:
                vectors = set_apart(rows, vectors)
            size = _BULK if self._gate.passed == self._passed else _BATCH
            self._passed = self._gate.passed
            for start in range(0, len(rows), size):
                batch = slice(start, start + size)
                with self._gate.writing():
                    self._held.add(rows[batch], vectors[batch])
            if not self._held.has_graph and len(self) > self._scan_rows:
                held = self._rebuilt()
                with self._gate.writing():
                    self._held = held

    def remove(self, rows: Rows) -> None:
        """Remove rows; one that is not there is passed over."""
        rows = check_rows(rows)
        with self._changing, self._gate.writing():
            self._held.table.remove(rows)

    def search(self, vectors: Vectors, k: int, allowed: Rows | None = None) -> Neighbours:
        """Find the k nearest rows of each vector, among the allowed rows only where they are given.

        Exact where at most ``scan_rows`` rows can be found.
        """
        queries, k = scale(vectors, self.dimension), check_k(k)
        # OpenMP keeps the number of threads by calling thread; a small batch gains nothing from several.
        faiss.omp_set_num_threads(1 if len(queries) < _QUERIES_OF_ONE_THREAD else _THREADS)
        with self._gate.reading():
            table = self._held.table
            wanted = table.alive if allowed is None else table.mask(check_rows(allowed))
            scores, positions = self._held.search(queries, k, wanted, self._scan_rows)
            rows = np.where(positions < 0, -1, table.rows[positions]) if len(table.rows) else positions
        return answer(rows, cosines(scores), k)

    def compacted(self) -> "HnswIndex":
        """Build a fresh index of the live rows while this one goes on working; as slow as adding them.

        What changes meanwhile is not in it: replay it there, from before this call, then swap.
        """
        return HnswIndex(self.dimension, scan_rows=self._scan_rows, held=self._rebuilt())

    def save(self, path: Path, mark: str) -> None:
        """Write a snapshot in one step while searches go on and changes wait; ``open`` gives ``mark`` back.

        Raises StorageFull and Unavailable.
        """
        with self._changing:
            held = self._held
            contents = snapshot.Contents(_KIND, self.dimension, len(self), mark)
            blocks = {
                "rows": lambda write: write(held.table.rows),
                "alive": lambda write: write(held.table.alive),
                "faiss": lambda write: faiss.write_index(held.index, faiss.PyCallbackIOWriter(write)),
            }
            snapshot.save(path, contents, blocks)

    @classmethod
    def open(cls, path: Path, *, scan_rows: int | None = None) -> tuple[Self, str]:
        """Read a snapshot and its mark; raises NotFound, SnapshotCorrupt or FormatTooNew."""
        with snapshot.load(path, _KIND) as stored:
            table = RowTable(stored.array("rows", np.int64), stored.array("alive", np.bool_))
            # Read whole, never mapped: adding to a mapped faiss index ends the process.
            held = _Held(faiss.read_index(faiss.PyCallbackIOReader(stored.reader("faiss"))), table)
            if held.index.d != stored.contents.dimension or held.index.ntotal != len(table.rows):
                raise ValueError(f"{held.index.ntotal} vectors of {held.index.d} for {len(table.rows)} rows")
            return cls(stored.contents.dimension, scan_rows=scan_rows, held=held), stored.contents.mark

    def __len__(self) -> int:
        """Count the rows that search can find."""
        return len(self._held.table)

    def _rebuilt(self) -> "_Held":
        """Copy the live rows: positions never move, so others may add and remove between two batches."""
        with self._gate.reading():
            held = self._held
            positions = np.flatnonzero(held.table.alive)
            rows = held.table.rows[positions]
        is_many = len(rows) > self._scan_rows
        fresh = _Held(
            _new_graph(self.dimension, len(rows)) if is_many else _new_list(self.dimension), RowTable()
        )
        for start in range(0, len(rows), _BULK):
            batch = rows[start : start + _BULK]
            with self._gate.reading():
                vectors = held.vectors(positions[start : start + _BULK])
            # What comes from a graph has been set apart before, and would drift if it were moved each time.
            is_new = fresh.has_graph and not held.has_graph
            fresh.add(batch, set_apart(batch, vectors) if is_new else vectors)
        return fresh


class _Held:
    """Vectors in faiss and the table of their rows; whoever shares it between threads guards it."""

    def __init__(self, index: Any, table: RowTable) -> None:
        self.index = index
        self.has_graph = isinstance(index, faiss.IndexHNSW)
        self.table = table
        self._list = faiss.downcast_index(index.storage) if self.has_graph else index

    def add(self, rows: Rows, vectors: Vectors) -> None:
        faiss.omp_set_num_threads(_THREADS)
        self.table.remove(rows)
        self.index.add(vectors)
        self.table.append(rows)

    def vectors(self, positions: Positions) -> Vectors:
        decoded: Vectors = self._list.sa_decode(self._codes()[positions])
        return decoded

    def search(self, queries: Vectors, k: int, wanted: Mask, scan_rows: int) -> Found:
        count = int(np.count_nonzero(wanted))
        k = min(k, count)
        if not k or not len(queries):
            return np.empty((len(queries), 0), np.float32), np.empty((len(queries), 0), np.int64)
        if not self.has_graph or count <= scan_rows:
            return self._scan(queries, k, wanted)
        scores, positions = self._follow(queries, k, wanted)
        # Where the graph did not reach k rows, or would have to see most of itself, all are compared.
        short = positions[:, -1] < 0
        if short.any():
            scores[short], positions[short] = self._scan(queries[short], k, wanted)
        return scores, positions

    def _scan(self, queries: Vectors, k: int, wanted: Mask) -> Found:
        count = np.count_nonzero(wanted)
        # Copying the codes of few rows costs less than asking a bitmap about every row there is.
        if count * self.index.d > 4 * len(wanted):
            parameters = faiss.SearchParameters(sel=_selector(wanted))
            found: Found = self._list.search(queries, k, params=parameters)
            return found
        positions = np.flatnonzero(wanted)
        few = _new_list(self.index.d)
        few.add_sa_codes(self._codes()[positions])
        scores, places = few.search(queries, k)
        return scores, positions[places]

    def _follow(self, queries: Vectors, k: int, wanted: Mask) -> Found:
        """Search the graph as widely as each query's own neighbourhood demands.

        A filter that lets little of it through starves the search, though half of all rows be allowed: where
        the query's own kind is filtered out, recall falls to a fifth. So the wanted share is measured nearby.
        """
        share = np.full(len(queries), np.count_nonzero(wanted) / len(wanted))
        if share[0] < 1:
            _, nearby = self.index.search(queries, _PROBE, params=faiss.SearchParametersHNSW(efSearch=_PROBE))
            share = np.minimum(share, (wanted[nearby] & (nearby >= 0)).mean(axis=1))
        with np.errstate(divide="ignore"):
            ef = np.maximum(_EF_SEARCH, max(25, 2 * k) / share)
        found = (np.zeros((len(queries), k), np.float32), np.full((len(queries), k), -1))
        near = ef <= _EF_SEARCH_MOST
        if near.any():
            parameters = faiss.SearchParametersHNSW(efSearch=int(ef[near].max()), sel=_selector(wanted))
            found[0][near], found[1][near] = self.index.search(queries[near], k, params=parameters)
        return found

    def _codes(self) -> NDArray[np.uint8]:
        """View the float16 codes where they are; the next ``add`` may move them."""
        codes = self._list.codes
        flat: NDArray[np.uint8] = faiss.rev_swig_ptr(codes.data(), codes.size())
        return flat.reshape(self.index.ntotal, self._list.code_size)


def _new_list(dimension: int) -> Any:
    return faiss.IndexScalarQuantizer(dimension, _FP16, _COSINE)


def _new_graph(dimension: int, count: int) -> Any:
    graph = faiss.IndexHNSWSQ(dimension, _FP16, _LINKS if count <= _MANY_ROWS else _LINKS_OF_MANY, _COSINE)
    graph.hnsw.efConstruction = _EF_CONSTRUCTION
    return graph


def _selector(wanted: Mask) -> Any:
    return None if wanted.all() else faiss.IDSelectorBitmap(np.packbits(wanted, bitorder="little"))
