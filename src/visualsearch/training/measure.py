"""Measures an embedding model: how often the right product is found, and how fast; ``--help`` tells how."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visualsearch.evaluation.measure import Embed, Pictures, metrics
from visualsearch.evaluation.sets import instance_protocols
from visualsearch.vision.cpus import usable_cpus
from visualsearch.vision.embed import DEFAULT_CARD, LARGEST_BATCH, Embedder
from visualsearch.vision.weights import Measurement

SPEED_ROUNDS = 20


def quality_measurements(embed: Embed, pictures: Pictures, conditions: str) -> tuple[Measurement, ...]:
    """Measure how often this very product is found first, as rows of a card."""
    seen = pictures.embed(embed)
    return tuple(
        Measurement(
            what=f"R@1 {protocol.name}",
            value=round(metrics(pictures.rank(protocol, seen))["R@1"].value, 4),
            conditions=conditions,
        )
        for protocol in pictures.protocols
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
        rows += quality_measurements(
            embedder.embed, Pictures(instance_protocols(arguments.data)), embedder.runtime
        )
    for row in rows:
        sys.stdout.write(f"{row.value:10.4f}  {row.what}  ({row.conditions})\n")


if __name__ == "__main__":
    main()
