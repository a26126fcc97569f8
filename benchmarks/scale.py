"""Measures the embedded index from a thousand rows to a million: how each cost grows, beside what it may be.

Each size is built in one process and served in another, so that memory is each one's own. The index is fed
and asked as a server does it: a ``LiveIndex`` that follows a log of changes and keeps a snapshot.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Self

import numpy as np

from index import recall, timed
from machine import RESULTS, keep, resident_bytes
from vectors import HalfVectors, crowd, exact
from visualsearch.assemble import SNAPSHOT, open_index
from visualsearch.domain import Change, Counts, Item, Row, Rows, Vector, Vectors, View
from visualsearch.evaluation.metrics import latency_ms

ROWS = (1_000, 10_000, 100_000, 1_000_000)
ASKED, JUDGED = 64, 10
"""Neighbours that a search asks for, and those of them that are compared with the exact ones."""
SHARES = (0.1, 0.01, 0.001)
CHANGED = 100
"""Rows that come, and as many that go, one by one."""
REMOVED = 5
"""One row in so many is removed before the index is compacted, as a server does it."""
WARM_UP = 20

AIMS = {
    "built, rows/s": ">= 5000",
    "start from the snapshot, s": "< 3",
    "memory a row, KiB": "<= 1.2",
    "search p50, ms": "< 3",
    "search: recall@10": ">= 0.98",
}


class Log:
    """A change log in memory: vectors that came, then what is written here."""

    identity = "scale"

    def __init__(self, vectors: HalfVectors) -> None:
        self._vectors = vectors
        self._later: list[Change] = []

    def write(self, row: Row, vector: Vector | None) -> None:
        """Let a row come, or go."""
        self._later.append(Change(self.latest() + 1, row, vector))

    def changes(self, after: int, limit: int) -> list[Change]:
        """Read changes after a number, in order."""
        count = len(self._vectors)
        stop = min(after + limit, count)
        first = [Change(at + 1, Row(at), self._vectors[at].astype(np.float32)) for at in range(after, stop)]
        return first or self._later[after - count : after - count + limit]

    def latest(self) -> int:
        """Name the newest change."""
        return len(self._vectors) + len(self._later)

    def items(self, rows: Sequence[Row]) -> dict[Row, Item]:
        """Have no items."""
        del rows
        return {}

    def seen(self, rows: Sequence[Row]) -> dict[Row, View]:
        """Have seen nothing."""
        del rows
        return {}

    def vectors(self, rows: Sequence[Row]) -> dict[Row, Vector]:
        """Read the vectors of rows that were there from the start."""
        return {row: self._vectors[row].astype(np.float32) for row in rows}

    def counts(self) -> Counts:
        """Count rows."""
        return Counts(0, 0, 0, len(self._vectors))


Figures = dict[str, float]


@dataclass
class Curve:
    """What was measured at each size."""

    sizes: dict[int, Figures] = field(default_factory=dict)

    @classmethod
    def kept(cls, path: Path) -> Self:
        """Read what was measured before, so that one size may be measured anew."""
        curve = cls()
        table = json.loads(path.read_text())["figures"] if path.is_file() else {}
        for name, line in table.items():
            for column, value in line.items():
                if (size := column.replace(",", "")).isdigit():
                    curve.sizes.setdefault(int(size), {})[name] = value
        return curve

    def table(self) -> dict[str, object]:
        """Give a line to each figure: a column for each size, the slope, and what is to reach."""
        names = list(dict.fromkeys(name for found in self.sizes.values() for name in found))
        return {name: self._line(name) for name in names}

    def _line(self, name: str) -> dict[str, object]:
        found = {size: figures[name] for size, figures in sorted(self.sizes.items()) if name in figures}
        line: dict[str, object] = {f"{size:,}": value for size, value in found.items()}
        line["slope"] = slope(found)
        return line | ({"to reach": AIMS[name]} if name in AIMS else {})


def slope(found: Mapping[int, float]) -> float | str:
    """Fit the power of the size with which a figure grows: 0 stays, 1 doubles when the rows double."""
    if len(found) < 2 or min(found.values()) <= 0:
        return ""
    sizes, values = np.log(list(found)), np.log(list(found.values()))
    return round(float(np.polyfit(sizes, values, 1)[0]), 2)


def main() -> None:
    """Measure every size, and keep what is known after each part."""
    options = _options()
    curve = Curve.kept(options.out)
    for count in options.rows:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            made = crowd(count)
            truth = Path(folder) / "truth.json"
            truth.write_text(json.dumps(_truth(made.vectors, made.queries)))
            parts = (
                partial(build, count, Path(folder)),
                partial(serve, count, Path(folder), truth),
                partial(compact, count, Path(folder)),
            )
            for part in parts:
                found = alone(part) | {"load of the machine": round(os.getloadavg()[1], 1)}
                print(f"{count:,} rows: {found}", flush=True)
                curve.sizes[count] = curve.sizes.get(count, {}) | found
                keep("scale", curve.table(), options.out)
    for name, line in curve.table().items():
        print(f"scale: {name:48} {line}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS / "scale.json", help="where the figures go")
    parser.add_argument("--folder", type=Path, help="where snapshots are written meanwhile")
    parser.add_argument(
        "--rows", type=int, nargs="+", default=ROWS, help="the sizes; others stay as they were measured"
    )
    return parser.parse_args()


def alone(work: Callable[[], Figures]) -> Figures:
    """Do work in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(work).result()


def build(count: int, folder: Path) -> Figures:
    """Build the index from the log, and save it."""
    made = crowd(count)
    index = open_index(Log(made.vectors), "scale", made.vectors.shape[1], folder)
    before, cpu, started = resident_bytes(), time.process_time(), time.perf_counter()
    index.catch_up()
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
    saved = timed(index.save)
    return {
        "built, rows/s": round(count / seconds),
        "built, rows a second of one CPU": round(count / cpu_seconds),
        "memory a row when built, KiB": round((resident_bytes() - before) / count / 1024, 3),
        "saved, s": round(saved, 2),
        "disk a row, KiB": round((folder / SNAPSHOT).stat().st_size / count / 1024, 3),
    }


def serve(count: int, folder: Path, truth: Path) -> Figures:
    """Open the snapshot, search and change."""
    made = crowd(count)
    log = Log(made.vectors)
    before, started = resident_bytes(), time.perf_counter()
    index = open_index(log, "scale", made.vectors.shape[1], folder)
    index.catch_up()
    figures = {"start from the snapshot, s": round(time.perf_counter() - started, 3)}
    index.search(made.queries[:1], ASKED)
    figures["memory a row, KiB"] = round((resident_bytes() - before) / count / 1024, 3)

    def ask(name: str, expected: Rows, allowed: Rows | None = None) -> None:
        taken, found, cpu = [], [], time.process_time()
        for query in (*made.queries[:WARM_UP], *made.queries):
            started = time.perf_counter()
            neighbours, _ = index.search(query[None], ASKED, allowed)
            taken.append(time.perf_counter() - started)
            found.append(neighbours.rows[0, :JUDGED])
        median, p99 = latency_ms(taken[WARM_UP:])
        figures[f"{name} p50, ms"] = round(median, 3)
        figures[f"{name} p99, ms"] = round(p99, 3)
        figures[f"{name}: CPU, ms"] = round(1000 * (time.process_time() - cpu) / len(taken), 3)
        figures[f"{name}: recall@{JUDGED}"] = round(recall(np.array(found[WARM_UP:]), expected), 4)

    expected = {name: np.array(rows) for name, rows in json.loads(truth.read_text()).items()}
    ask("search", expected["all"])
    for share in SHARES:
        ask(f"search among {100 * share:g} %", expected[f"{share}"], allowed_rows(count, share))
    changes: dict[str, list[float]] = {"upsert": [], "delete": []}
    for number in range(CHANGED):
        row, vector = Row(count + number), made.queries[number]
        for name, what, is_there in (("upsert", vector, True), ("delete", None, False)):
            started = time.perf_counter()
            log.write(row, what)
            index.catch_up()
            assert (row in index.search(vector[None], ASKED)[0].rows) == is_there
            changes[name].append(time.perf_counter() - started)
    for name, taken in changes.items():
        figures[f"{name} until searched p50, ms"], figures[f"{name} until searched p99, ms"] = (
            round(one, 2) for one in latency_ms(taken)
        )
    return figures


def compact(count: int, folder: Path) -> Figures:
    """Open the snapshot, remove rows, and build the index anew of those that are left."""
    made = crowd(count)
    log = Log(made.vectors)
    index = open_index(log, "scale", made.vectors.shape[1], folder)
    for row in range(0, count, REMOVED):
        log.write(Row(row), None)
    removed = timed(index.catch_up)
    return {
        "removed, rows/s": round(count / REMOVED / removed),
        "compacted, s": round(timed(index.compact), 2),
    }


def allowed_rows(count: int, share: float) -> Rows:
    """Draw the rows that a filter lets through."""
    return np.sort(np.random.default_rng(1).permutation(count)[: round(count * share)])


def _truth(vectors: HalfVectors, queries: Vectors) -> dict[str, list[list[int]]]:
    """Compare all vectors with each query, for each filter."""
    found = {"all": exact(vectors, queries, np.arange(len(vectors)), JUDGED)}
    for share in SHARES:
        found[f"{share}"] = exact(vectors, queries, allowed_rows(len(vectors), share), JUDGED)
    return {name: rows.tolist() for name, rows in found.items()}


if __name__ == "__main__":
    main()
