"""The nearest vectors by a Milvus server, which all processes of a shop share."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Neighbours, Rows, Vectors
from visualsearch.errors import BadInput, MissingExtra, Unavailable
from visualsearch.index.vectors import answer, check_k, check_rows, cosines, pair, scale, set_apart

try:
    import grpc
    from pymilvus import DataType, MilvusClient, MilvusException
except ImportError as error:
    raise MissingExtra(
        "expected pymilvus, found that it is not installed: install visualsearch[milvus]"
    ) from error

# Whatever goes wrong is raised as an error of ours, and told once.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

READ_S, WRITE_S, LOAD_S = 10.0, 30.0, 120.0
"""How long a call may take: a search, a change, a collection that is made or loaded."""
ROWS_AT_ONCE = 2_000
"""Rows of one change: some megabytes."""

_LINKS, _EF_CONSTRUCTION, _EF = 32, 200, 128
_MOST_FOUND = 16_384
"""As many as a Milvus server gives for one query."""
_COMPARED_SHARE = 0.05
"""A server compares all rows of a filter that lets no more than 7 % through, and follows its graph above."""
_WIDER, _WIDER_AGAIN = 2, 8
"""How many times more rows than needed on average are asked for, to be filtered here, and then again."""
_EF_OF_PART = 1_024
"""Where many rows of one part stand together, the server follows its graph after all."""
_MOST_NAMED, _LEAST_NAMED = 20_000, 250
"""Rows that are named in one filter: the server reads about 200,000 a second."""
_MOST_RUNS = 16
"""Ranges in one filter: beyond 50 the server fails."""
_MARK = "visualsearch.mark"


class Found(NamedTuple):
    """Rows and scores, each of shape (queries, width), the best first; a row of -1 is none."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


class MilvusIndex:
    """One collection of a Milvus server (2.3 or newer), made where it is missing.

    Searches run side by side. What this process changed, and what it was told of by ``refresh``, the next
    search sees whole; it waits for the server's clock, a fifth of a second by default. The server keeps
    what it took in by itself, so there is no snapshot: ``mark`` stands with the rows.
    Raises BadInput for an address that is none, and Unavailable while the server is away.
    """

    def __init__(self, uri: str, collection: str, dimension: int) -> None:
        if dimension < 1:
            raise ValueError(f"expected a dimension of 1 or more, found {dimension}")
        self.dimension = dimension
        self._collection = collection
        self._where = _without_secrets(uri)
        # The count is as it was when that many of our changes had been made.
        self._changes, self._settled, self._count = 1, 0, 0
        with self._translated():
            self._client = MilvusClient(uri, timeout=READ_S)
            self._make()

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add rows; one that is there already, or comes again in the same call, is replaced."""
        rows, vectors = pair(rows, vectors, self.dimension)
        vectors = self._padded(set_apart(rows, vectors))
        for start in range(0, len(rows), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            entities = [
                {"row": row, "vector": vector}
                for row, vector in zip(rows[part].tolist(), vectors[part], strict=True)
            ]
            with self._changing():
                self._client.upsert(self._collection, entities, timeout=WRITE_S)

    def remove(self, rows: Rows) -> None:
        """Remove rows; one that is not there is passed over."""
        rows = np.unique(check_rows(rows))
        for start in range(0, len(rows), _MOST_NAMED):
            # By name: for any other condition the server searches first, and may not see what came just now.
            named = rows[start : start + _MOST_NAMED].tolist()
            with self._changing():
                self._client.delete(self._collection, ids=named, timeout=WRITE_S)

    def search(self, vectors: Vectors, k: int, allowed: Rows | None = None) -> Neighbours:
        """Find the k nearest rows of each vector, among the allowed rows only where they are given.

        At most 16,384 rows are found.
        """
        queries, k = scale(vectors, self.dimension), check_k(k)
        most, count = min(k, _MOST_FOUND), len(self)
        if not count or not len(queries):
            found = _nothing(len(queries))
        elif allowed is None:
            found = self._ask(queries, most)
        else:
            found = self._ask_among(queries, most, np.unique(check_rows(allowed)), count)
        return answer(found.rows, cosines(found.scores), k)

    def mark(self) -> str:
        """Read what ``keep_mark`` kept last, by whichever process; empty at first."""
        with self._translated():
            told = self._client.describe_collection(self._collection, timeout=READ_S)
        return str(told.get("properties", {}).get(_MARK, ""))

    def keep_mark(self, mark: str) -> None:
        """Keep a text of the owner's with the rows, such as the last change that they hold."""
        with self._translated():
            self._client.alter_collection_properties(self._collection, {_MARK: mark}, timeout=WRITE_S)

    def refresh(self) -> None:
        """Let the next search see what other processes have changed by now."""
        self._changes += 1

    def clear(self) -> None:
        """Begin anew: all rows and the mark are gone."""
        with self._changing():
            self._client.drop_collection(self._collection, timeout=WRITE_S)
            self._make()

    def __len__(self) -> int:
        """Count the rows that search can find."""
        changes = self._changes
        if self._settled < changes:
            # Answered only when the server has come to now; from then on every search sees what was changed.
            with self._translated():
                [told] = self._client.query(
                    self._collection,
                    filter="",
                    output_fields=["count(*)"],
                    consistency_level="Strong",
                    timeout=WRITE_S,
                )
            self._count, self._settled = int(told["count(*)"]), changes
        return self._count

    def _make(self) -> None:
        """Make the collection with its graph where it is missing, and have it loaded."""
        name = self._collection
        if not self._client.has_collection(name, timeout=READ_S):
            schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field("row", DataType.INT64, is_primary=True)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=self._padded_dimension)
            self._client.create_collection(name, schema=schema, num_shards=1, timeout=LOAD_S)
        if not self._client.list_indexes(name):  # perhaps whoever made it was killed in between
            parameters = MilvusClient.prepare_index_params()
            parameters.add_index(
                "vector",
                index_type="HNSW",
                metric_type="IP",  # of vectors of length 1, and zeros may stand
                params={"M": _LINKS, "efConstruction": _EF_CONSTRUCTION},
            )
            self._client.create_index(name, parameters, timeout=LOAD_S)
        if self._client.get_load_state(name, timeout=READ_S)["state"].name != "Loaded":
            self._client.load_collection(name, timeout=LOAD_S)

    def _ask_among(self, queries: Vectors, k: int, allowed: Rows, count: int) -> Found:
        """Find the nearest of many allowed rows by filtering here, of few by having the server compare them.

        The server's own filter loses recall where it follows its graph. So no filter is sent but one that
        makes it compare all rows that are named, and each way finds what there is to be found.
        """
        share = len(allowed) / count
        if share <= _COMPARED_SHARE:
            return self._ask_for(queries, k, allowed, count)
        found = _widened(_nothing(len(queries)), k)
        short, wide = np.arange(len(queries)), int(np.ceil(_WIDER * k / min(share, 1)))
        while len(short) and wide:
            seen = self._ask(queries[short], min(wide, _MOST_FOUND))
            kept = _widened(_kept(seen, np.isin(seen.rows, allowed), k), k)
            found.rows[short], found.scores[short] = kept
            # Where the query's own kind is filtered out, few of its nearest are allowed.
            short = short[(kept.rows >= 0).sum(axis=1) < min(k, len(allowed))]
            wide = wide * _WIDER_AGAIN if wide < min(count, _MOST_FOUND) else 0
        if len(short):
            among = _widened(self._ask_for(queries[short], k, allowed, count), k)
            found.rows[short], found.scores[short] = among
        return found

    def _ask_for(self, queries: Vectors, k: int, allowed: Rows, count: int) -> Found:
        """Compare all allowed rows, part by part, each so small that the server does not use its graph."""
        size = min(_MOST_NAMED, max(_LEAST_NAMED, int(_COMPARED_SHARE * count)))
        found = _nothing(len(queries))
        for start in range(0, len(allowed), size):
            part = allowed[start : start + size]
            more = self._ask(queries, min(k, len(part)), _condition(part), ef=_EF_OF_PART)
            found = _merged(found, more, k)
        return found

    def _ask(self, queries: Vectors, k: int, condition: str = "", ef: int = _EF) -> Found:
        with self._translated():
            told = self._client.search(
                self._collection,
                list(self._padded(queries)),
                filter=condition,
                limit=k,
                search_params={"metric_type": "IP", "params": {"ef": max(ef, 2 * k)}},
                # A server that was started again waits until it has read what it had; "Eventually" would not.
                consistency_level="Bounded",
                timeout=READ_S,
            )
        width = max((len(hits.ids) for hits in told), default=0)
        rows = np.full((len(queries), width), -1, np.int64)
        scores = np.zeros((len(queries), width), np.float32)
        for place, hits in enumerate(told):
            rows[place, : len(hits.ids)] = hits.ids
            scores[place, : len(hits.ids)] = hits.distances
        return Found(rows, scores)

    @property
    def _padded_dimension(self) -> int:
        return max(2, self.dimension)  # newer servers take no less

    def _padded(self, vectors: Vectors) -> Vectors:
        more = self._padded_dimension - self.dimension
        return np.pad(vectors, ((0, 0), (0, more))) if more else vectors

    @contextmanager
    def _changing(self) -> Iterator[None]:
        try:
            with self._translated():
                yield
        finally:
            self._changes += 1  # after a call that failed the server may have done it all the same

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (MilvusException, grpc.RpcError, grpc.FutureTimeoutError) as error:
            found = error.message if isinstance(error, MilvusException) else str(error)
            raise Unavailable(
                f"expected a Milvus server to answer at {self._where}, found: {found}; "
                "see that it runs, and try again; what was stored is found once it does"
            ) from error


def _without_secrets(uri: str) -> str:
    """Name an address without user and password; raises BadInput where it is none."""
    parts = urlsplit(uri)
    if parts.scheme not in {"http", "https", "tcp"} or not parts.hostname:
        raise BadInput(
            "expected the address of a Milvus server such as http://host:19530, "
            f"found one of scheme {parts.scheme!r}"
        )
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 19530}"


def _condition(rows: Rows) -> str:
    """Write a filter that lets rows through, sorted and each once: as ranges, or by the fewest names."""
    starts = np.flatnonzero(np.diff(rows, prepend=rows[0] - 2) > 1)
    first, last = int(rows[0]), int(rows[-1])
    if len(starts) <= _MOST_RUNS:
        ends = np.append(starts[1:], len(rows)) - 1
        runs = zip(rows[starts].tolist(), rows[ends].tolist(), strict=True)
        # Without the brackets the server reads ten of them for seconds, and each more for four times as long.
        return " or ".join(f"({start} <= row <= {end})" for start, end in runs)
    if last - first + 1 < 2 * len(rows):
        gaps = np.setdiff1d(np.arange(first, last + 1), rows, assume_unique=True)
        return f"({first} <= row <= {last}) and row not in {_listed(gaps)}"
    return f"row in {_listed(rows)}"


def _listed(rows: Rows) -> str:
    return f"[{','.join(map(str, rows.tolist()))}]"


def _nothing(queries: int) -> Found:
    return Found(np.empty((queries, 0), np.int64), np.empty((queries, 0), np.float32))


def _kept(found: Found, wanted: NDArray[np.bool_], k: int) -> Found:
    """Keep the first k wanted of each query, in their order."""
    order = np.argsort(~wanted, axis=1, kind="stable")[:, :k]
    rows = np.where(np.take_along_axis(wanted, order, 1), np.take_along_axis(found.rows, order, 1), -1)
    return Found(rows, np.take_along_axis(found.scores, order, 1))


def _merged(found: Found, more: Found, k: int) -> Found:
    """Keep the k best of two answers."""
    rows = np.concatenate([found.rows, more.rows], axis=1)
    scores = np.concatenate([found.scores, more.scores], axis=1)
    order = np.argsort(np.where(rows < 0, np.inf, -scores), axis=1, kind="stable")[:, :k]
    return Found(np.take_along_axis(rows, order, 1), np.take_along_axis(scores, order, 1))


def _widened(found: Found, k: int) -> Found:
    """Pad to k columns."""
    more = ((0, 0), (0, k - found.rows.shape[1]))
    return Found(np.pad(found.rows, more, constant_values=-1), np.pad(found.scores, more))
