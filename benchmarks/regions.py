"""Measures how well products are found in photos, on pictures that training never saw; `--help` tells how."""

import argparse
import csv
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TypeVar

import cv2
import numpy as np
from rich.progress import track

from machine import data_folder, write
from visualsearch.domain import Box, Pixels
from visualsearch.evaluation.composites import Composite, compose
from visualsearch.evaluation.garments import UNKNOWN, grouping
from visualsearch.evaluation.metrics import bootstrap_interval
from visualsearch.evaluation.regions import (
    Judged,
    average_precision,
    confusion,
    overlap,
    overlaps_by_label,
    recall,
)
from visualsearch.evaluation.street import box_of
from visualsearch.pictures.decode import decode
from visualsearch.training.look_corpus import LookCorpus, Product, look_corpus
from visualsearch.vision.cutout import Mask, cut_out
from visualsearch.vision.detect import DEFAULT_DETECTOR, DETECTORS, Detector
from visualsearch.vision.embed import Embedder
from visualsearch.vision.region_kinds import SURFACES

PROPOSALS = 10
COMPOSITES, COMPOSITE_SIDE = 400, 480
FLAT = ("rug", "picture frame or painting")
FLAT_FITS = 0.7
"""The overlap from which a flat product counts as seen whole."""
PHOTO = (480, 640)
ROUNDS = 60
T = TypeVar("T")


def main() -> None:
    """Measure all parts, and write one table."""
    parser = argparse.ArgumentParser(description="Measure boxes and masks on held-out pictures.")
    parser.add_argument("--card", type=Path, default=DETECTORS / f"{DEFAULT_DETECTOR}.json")
    parser.add_argument("--most", type=int, default=10_000, help="pictures of each set at most")
    arguments = parser.parse_args()
    detector = Detector(arguments.card)
    data = data_folder()
    held_out = look_corpus(data, held_out=True)
    write(
        "regions",
        {
            **_shelves(detector, held_out, arguments.most),
            **_composites(detector, held_out, min(COMPOSITES, arguments.most)),
            **_streets(detector, data, held_out, arguments.most),
            **_flat(detector, data, held_out, arguments.most),
            **_cost(detector),
        },
    )


def _shelves(detector: Detector, held_out: LookCorpus, most: int) -> dict[str, object]:
    judged = [
        _judged(detector, _read(shelf.path), shelf.boxes)
        for shelf in _shown("groceries", held_out.shelves[:most])
    ]
    found = recall(judged, PROPOSALS)
    return {f"groceries: recall of {len(found)} boxes by {PROPOSALS} proposals": _mean(found)}


def _composites(detector: Detector, held_out: LookCorpus, count: int) -> dict[str, object]:
    judged = [
        _judged(detector, made.pixels, made.boxes)
        for number in _shown("composites", range(count))
        for made in [_composite(held_out, number)]
    ]
    boxes = sum(len(picture.truth) for picture in judged)
    return {
        f"composites: AP50 of {boxes} boxes": f"{average_precision(judged):.3f}",
        f"composites: recall by {PROPOSALS} proposals": _mean(recall(judged, PROPOSALS)),
    }


def _composite(held_out: LookCorpus, number: int) -> Composite:
    random = np.random.default_rng((7, number))
    products = [_product(held_out.products, random) for _ in range(int(random.integers(1, 4)))]
    scene = _read(held_out.scenes[int(random.integers(len(held_out.scenes)))])
    return compose(products, scene, random, long_side=COMPOSITE_SIDE)


def _product(products: Sequence[Product], random: np.random.Generator) -> tuple[Pixels, Mask]:
    """Choose among those that can be cut out."""
    while True:
        pixels = _read(products[int(random.integers(len(products)))].path)
        mask = cut_out(pixels)
        if mask is not None:
            return pixels, mask


def _streets(detector: Detector, data: Path, held_out: LookCorpus, most: int) -> dict[str, object]:
    groups = grouping(data / "street" / "labels.csv")
    counts = np.zeros((len(SURFACES), len(SURFACES)), np.int64)
    shared = union = 0
    for street in _shown("street", held_out.streets[:most]):
        pixels = _read(street.path)
        height, width = pixels.shape[:2]
        labelled = cv2.imread(str(street.mask), cv2.IMREAD_GRAYSCALE)
        assert labelled is not None, street.mask
        truth = np.asarray(
            cv2.resize(groups[labelled], (width, height), interpolation=cv2.INTER_NEAREST), np.uint8
        )
        seen = detector.segment(pixels)
        counts += confusion(truth, seen.labels(height, width), len(SURFACES))
        told, there = seen.is_foreground(height, width), (truth != 0) & (truth != UNKNOWN)
        shared, union = shared + int((told & there).sum()), union + int((told | there).sum())
    by_label = overlaps_by_label(counts)
    # Nobody labelled products that are not worn, so what is told to be one is only ever wrong here.
    grouped = [name for name in SURFACES if name != "product"]
    mean = float(np.nanmean([by_label[SURFACES.index(name)] for name in grouped]))
    return {
        "street: IoU of the foreground": f"{shared / max(1, union):.3f}",
        f"street: mean IoU of {len(grouped)} grouped labels": f"{mean:.3f}",
        **{f"street: IoU of {name}": f"{by_label[SURFACES.index(name)]:.3f}" for name in grouped},
    }


def _flat(detector: Detector, data: Path, held_out: LookCorpus, most: int) -> dict[str, object]:
    """Tell how often the surest region of a rug or a frame on plain ground is the whole product."""
    whole = []
    for path in _shown("rugs and frames", _of_categories(data, held_out)[:most]):
        pixels = _read(path)
        mask = cut_out(pixels)
        truth = None if mask is None else box_of((mask > 0).astype(np.float32)[:, :, None])
        if truth is not None:
            found = detector.detect(pixels)
            whole.append(float(bool(found) and overlap(found[0].box, truth) >= FLAT_FITS))
    return {f"amazon, {len(whole)} rugs and frames: surest region is the whole product": _mean(whole)}


def _of_categories(data: Path, held_out: LookCorpus) -> list[Path]:
    with (data / "amazon" / "products.csv").open(encoding="utf-8", newline="") as lines:
        flat = {row["image"] for row in csv.DictReader(lines) if row["category"] in FLAT}
    return [
        p.path
        for p in held_out.products
        if p.path.parents[1].name == "amazon" and f"images/{p.path.name}" in flat
    ]


def _cost(detector: Detector) -> dict[str, object]:
    """Time both on the same photo by turns, each as it is called by the search."""
    photo = np.random.default_rng(0).integers(0, 256, (*PHOTO, 3), np.uint8)
    embedder = Embedder()
    looks: list[float] = []
    embeddings: list[float] = []
    for _ in range(ROUNDS):
        for job, seconds in (
            (lambda: detector.detect(photo), looks),
            (lambda: embedder.embed([photo]), embeddings),
        ):
            start = time.perf_counter()
            job()
            seconds.append(time.perf_counter() - start)
    look, embedding = median(looks[5:]), median(embeddings[5:])
    return {
        f"a look at {PHOTO[1]} px, ms": f"{look * 1000:.1f}",
        "one embedding, ms": f"{embedding * 1000:.1f}",
        "a look, in embeddings": f"{look / embedding:.2f}",
    }


def _judged(detector: Detector, pixels: Pixels, truth: Sequence[Box]) -> Judged:
    found = detector.detect(pixels)
    return Judged(tuple(one.box for one in found), tuple(one.score for one in found), tuple(truth))


def _mean(values: Sequence[float]) -> str:
    low, high = bootstrap_interval(values, seed=0)
    return f"{np.mean(values):.3f} ({low:.3f} to {high:.3f})"


def _read(path: Path) -> Pixels:
    return decode(path.read_bytes()).pixels


def _shown(job: str, items: Sequence[T]) -> Iterator[T]:
    yield from track(items, job)


if __name__ == "__main__":
    main()
