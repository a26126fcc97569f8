"""Measures an embedding model: how often the right product is found, and how fast; ``--help`` tells how."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import Pixels, Vectors
from visualsearch.training.data import Pairs, distractors, read_pixels, retrieval_sets
from visualsearch.vision.cpus import usable_cpus
from visualsearch.vision.embed import DEFAULT_CARD, LARGEST_BATCH, Embedder
from visualsearch.vision.weights import Measurement

Embed = Callable[[Sequence[Pixels]], Vectors]

SPEED_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the searches of one set went."""

    name: str
    queries: int
    recall_at_1: float
    recall_at_5: float
    mean_reciprocal_rank: float


def measure_quality(embed: Embed, data: Path) -> tuple[Quality, ...]:
    """Search each set of pairs for its products among the pictures of other shops."""
    others = _embed_files(embed, distractors(data))
    return tuple(_search(embed, pairs, others) for pairs in retrieval_sets(data))


def quality_measurements(embed: Embed, data: Path, conditions: str) -> tuple[Measurement, ...]:
    """Measure quality as rows of a card."""
    return tuple(
        Measurement(what=f"{what} {quality.name}", value=round(value, 4), conditions=conditions)
        for quality in measure_quality(embed, data)
        for what, value in (
            ("recall@1", quality.recall_at_1),
            ("recall@5", quality.recall_at_5),
            ("mean reciprocal rank", quality.mean_reciprocal_rank),
        )
    )


def speed_measurements(embedder: Embedder) -> tuple[Measurement, ...]:
    """Measure how fast decoded pictures of 256 px become vectors, preparation included."""
    conditions = f"{embedder.runtime}, {usable_cpus()} CPUs, 256 px, fastest of {SPEED_ROUNDS}"
    pictures = np.random.default_rng(0).integers(0, 256, (LARGEST_BATCH, 256, 256, 3), np.uint8)
    one_s = _fastest_s(embedder, pictures[:1], time.perf_counter)
    batch_s = _fastest_s(embedder, pictures, time.perf_counter)
    busy_s = _fastest_s(embedder, pictures, time.process_time)
    return tuple(
        Measurement(what=what, value=round(value, 1), conditions=conditions)
        for what, value in (
            ("milliseconds for one picture", one_s * 1000),
            (f"pictures a second in batches of {LARGEST_BATCH}", LARGEST_BATCH / batch_s),
            ("milliseconds of CPU time a picture, all CPUs together", busy_s * 1000 / LARGEST_BATCH),
        )
    )


def first_rank(scores: NDArray[np.float32], is_right: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rank the best right answer of each query, from 1: one more than the wrong ones that are nearer.

    Both have shape (queries, candidates). A wrong one that ties counts as nearer.
    """
    best = np.where(is_right, scores, -np.inf).max(axis=1, keepdims=True)
    ranks: NDArray[np.int64] = 1 + ((scores >= best) & ~is_right).sum(axis=1)
    return ranks


def _search(embed: Embed, pairs: Pairs, others: Vectors) -> Quality:
    queries = _embed_files(embed, pairs.queries)
    candidates = np.concatenate([_embed_files(embed, pairs.catalogue), others])
    products = np.array([*pairs.products, *[""] * len(others)])
    scores = queries @ candidates.T
    places = {path: place for place, path in enumerate(pairs.catalogue)}
    for number, path in enumerate(pairs.queries):
        if path in places:  # a picture is not to find itself
            scores[number, places[path]] = -np.inf
    is_right = (products[None, :] == np.array(pairs.wanted)[:, None]) & np.isfinite(scores)
    ranks = first_rank(scores, is_right)
    return Quality(
        pairs.name,
        len(ranks),
        float((ranks == 1).mean()),
        float((ranks <= 5).mean()),
        float((1 / ranks).mean()),
    )


def _embed_files(embed: Embed, paths: Sequence[Path]) -> Vectors:
    return np.concatenate(
        [
            embed([read_pixels(path) for path in paths[start : start + LARGEST_BATCH]])
            for start in range(0, len(paths), LARGEST_BATCH)
        ]
    )


def _fastest_s(embedder: Embedder, pictures: NDArray[np.uint8], clock: Callable[[], float]) -> float:
    """Time one batch; the fastest is what the code costs, the rest is what else the machine did."""
    seconds = []
    for _ in range(SPEED_ROUNDS):
        start = clock()
        embedder.embed(list(pictures))
        seconds.append(clock() - start)
    return min(seconds)


def main() -> None:
    """Print the measurements of a model."""
    parser = argparse.ArgumentParser(description="Measure an embedding model.")
    parser.add_argument("--card", type=Path, default=DEFAULT_CARD, help="the card beside the model")
    parser.add_argument("--data", type=Path, help="the folder of pictures; without it only speed is measured")
    parser.add_argument("--runtime", choices=("auto", "onnxruntime", "openvino"), default="auto")
    arguments = parser.parse_args()
    embedder = Embedder(arguments.card, runtime=arguments.runtime)
    rows = speed_measurements(embedder)
    if arguments.data is not None:
        rows += quality_measurements(embedder.embed, arguments.data, embedder.runtime)
    for row in rows:
        sys.stdout.write(f"{row.value:10.4f}  {row.what}  ({row.conditions})\n")


if __name__ == "__main__":
    main()
