"""Measures the index of visual words on many pictures: memory, disk and the time of a query."""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from machine import data_folder, write
from visualsearch.domain import FEATURE, Closeup, Pixels
from visualsearch.evaluation.metrics import latency_ms
from visualsearch.evaluation.sets import protocols
from visualsearch.index.visual_words import VisualWords
from visualsearch.pictures.decode import decode
from visualsearch.search.shortlist import KNOWN
from visualsearch.vision.local import CATALOGUE, QUERY, LocalFeatures
from visualsearch.vision.words import Vocabulary

REAL = 3_000
QUERIES = 100
BATCH = 20_000
PARTS = 3
FLIPPED_BITS = 0.05


def main() -> None:
    """Build an index of so many pictures, save it, map it, and ask it by photos of products."""
    parser = argparse.ArgumentParser(description="Measure the index of visual words.")
    parser.add_argument("--pictures", type=int, default=1_000_000)
    pictures = parser.parse_args().pictures
    data = data_folder()
    vocabulary = Vocabulary.packaged()
    kept, asked = LocalFeatures(CATALOGUE, vocabulary), LocalFeatures(QUERY, vocabulary)
    paths = sorted((data / "amazon" / "images").glob("*.jpg"))[:REAL]
    prints = [np.frombuffer(kept.examine(_pixels(path)).encode(), FEATURE) for path in paths]
    made = next(one for one in protocols(data) if one.name == "self-made street, amazon")
    queries = [Closeup(asked.examine(source.pixels()), b"") for source in made.queries[:QUERIES]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.snapshot"
        built = _build(prints, pictures, path)
        index, _ = VisualWords.open(path)
        for query in queries[:10]:
            index.search(query.print, KNOWN)
        seconds = []
        for query in queries:
            started = time.perf_counter()
            index.search(query.print, KNOWN)
            seconds.append(time.perf_counter() - started)
        median, p99 = latency_ms(seconds)
        figures: dict[str, object] = {
            f"{pictures} pictures: built and saved, s": {"measured": round(built)},
            f"{pictures} pictures: on disk, GiB": {
                "measured": round(path.stat().st_size / 2**30, 2),
                "to reach": "<= 12",
            },
            f"{pictures} pictures: query p50, ms": {"measured": round(median, 1), "to reach": "<= 10"},
            f"{pictures} pictures: query p99, ms": {"measured": round(p99, 1)},
            f"{pictures} pictures: peak memory while built, GiB": {
                "measured": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)
            },
        }
    write("words", figures)


def _build(prints: list[NDArray[np.void]], pictures: int, path: Path) -> float:
    """Add the real pictures, then mixtures: each a third of three prints, with a few bits of noise.

    So words are as frequent as they are in the real ones, and no two pictures are the same.
    """
    random = np.random.default_rng(1)
    started = time.perf_counter()
    index = VisualWords()
    index.add(np.arange(len(prints)), [one.tobytes() for one in prints])
    for start in range(len(prints), pictures, BATCH):
        count = min(BATCH, pictures - start)
        index.add(np.arange(start, start + count), [_mixture(prints, random) for _ in range(count)])
        print(f"{start + count} of {pictures} pictures, {time.perf_counter() - started:.0f} s", flush=True)
    index.save(path, "")
    return time.perf_counter() - started


def _mixture(prints: list[NDArray[np.void]], random: np.random.Generator) -> bytes:
    chosen = [prints[place] for place in random.integers(len(prints), size=PARTS)]
    mixed = np.concatenate([one[random.integers(PARTS) :: PARTS] for one in chosen])
    flips = np.packbits(random.random((len(mixed), 256)) < FLIPPED_BITS, axis=1)
    mixed["code"] ^= flips
    return mixed.tobytes()


def _pixels(path: Path) -> Pixels:
    return decode(path.read_bytes()).pixels


if __name__ == "__main__":
    main()
