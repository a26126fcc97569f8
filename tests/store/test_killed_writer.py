"""A writer killed at any moment leaves what it had answered, whole, and a log that agrees with it."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np

from visualsearch.domain import PictureId, ProductId, Row
from visualsearch.store.sqlite import SqliteStore

ROUNDS = 20

WRITE_FOR_EVER = """
import itertools, sys
from pathlib import Path
import numpy as np
from visualsearch.domain import WHOLE, PictureId, Product, ProductId, Record, Sighting, View
from visualsearch.store.sqlite import SqliteStore

store, first = SqliteStore(Path(sys.argv[1]), eye="eye", dimension=256), int(sys.argv[2])
for put in itertools.count(first):
    pictures = [PictureId(f"{put} {n}") for n in range(8)]
    records = [
        Record(Product(ProductId(f"{put % 25} {n}"), title=str(put)), (Sighting("s", "", picture),))
        for n, picture in enumerate(pictures)
    ]
    store.put(records, {picture: [View(WHOLE, np.full(256, put + 1.0, np.float32))] for picture in pictures})
    if put % 4 == 3:
        store.delete([ProductId(f"{(put - 2) % 25} {n}") for n in range(8)])
    print(put, flush=True)
"""


def test_a_writer_killed_twenty_times_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    path, random, answered = tmp_path / "catalogue.db", np.random.default_rng(0), -1
    for _ in range(ROUNDS):
        command = [sys.executable, "-c", WRITE_FOR_EVER, str(path), str(answered + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            for _ in range(random.integers(1, 12)):
                answered = int(writer.stdout.readline())
            # Not at once: somewhere within the next writes.
            sum(range(random.integers(0, 200_000)))
            writer.send_signal(signal.SIGKILL)
            answered = max([answered, *map(int, writer.stdout.read().splitlines())])
        check(path, answered)


def check(path: Path, answered: int) -> None:
    with SqliteStore(path, eye="eye", dimension=256) as store:
        records = store.records(list(store.products()))
        by_put: dict[int, set[str]] = {}
        for record in records.values():
            by_put.setdefault(int(record.product.title), set()).add(record.product.id)
        # Each put is there whole or, replaced or deleted by a later one, not at all.
        assert all(names == {f"{put % 25} {n}" for n in range(8)} for put, names in by_put.items())
        assert max(by_put) in {answered, answered + 1}
        deleted = {put - 2 for put in range(answered + 1) if put % 4 == 3}
        kept = {put for put in range(max(0, max(by_put) - 24), answered + 1) if put not in deleted}
        # What was done and not yet answered may be there: one more put, and the delete that goes with it.
        assert kept - by_put.keys() <= ({answered - 1} if (answered + 1) % 4 == 3 else set())
        assert by_put.keys() - kept <= {answered + 1}

        rows: dict[Row, int] = {}
        for change in store.changes(0, 10**6):
            if change.vector is None:
                rows.pop(change.row, None)
            else:
                assert np.allclose(change.vector, 1 / 16, atol=1e-3)
                rows[change.row] = change.number
        items = store.items(list(rows))
        assert items.keys() == rows.keys()
        assert len(rows) == store.counts().rows == len(records)
        assert {(item.product, item.picture) for item in items.values()} == {
            (ProductId(name), PictureId(record.sightings[0].picture or ""))
            for name, record in records.items()
        }
