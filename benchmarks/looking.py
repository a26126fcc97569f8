"""Measures whether searching the best region finds more than the whole photo; `--help` tells how."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.progress import track

from machine import data_folder, write
from visualsearch.domain import Pixels, Vectors
from visualsearch.evaluation.measure import Gallery, Pictures, metric_values
from visualsearch.evaluation.metrics import Values, paired_difference
from visualsearch.evaluation.sets import Protocol, instance_protocols
from visualsearch.vision.detect import DEFAULT_DETECTOR, DETECTORS, Detector
from visualsearch.vision.embed import Embedder
from visualsearch.vision.found import Region
from visualsearch.vision.regions import GREY, region

ASKED = ("street to catalogue", "self-made street")
LEAST_SCORE = 0.3
"""Of a region that is searched; without one the whole photo is."""
GROUNDS = {"grey": GREY, "white": 255}


def main() -> None:
    """Ask each protocol by the whole photo, and by what was found in it."""
    parser = argparse.ArgumentParser(description="Measure the gain of looking before searching.")
    parser.add_argument("--card", type=Path, default=DETECTORS / f"{DEFAULT_DETECTOR}.json")
    parser.add_argument("--most", type=int, default=100_000, help="queries, and wrong pictures, at most")
    arguments = parser.parse_args()
    asked = [one for one in instance_protocols(data_folder()) if one.name.startswith(ASKED)]
    pictures = Pictures([_shortened(one, arguments.most) for one in asked])
    embedder, detector = Embedder(), Detector(arguments.card)
    seen = pictures.embed(embedder.embed)
    rows: dict[str, object] = {}
    for protocol in pictures.protocols:
        views = _views(protocol, embedder, detector)
        whole = _first(pictures, protocol, seen, seen.vectors[[seen.places[one] for one in protocol.queries]])
        rows[f"{protocol.name}: whole photo"] = {"R@1": f"{whole.mean():.3f}", "gain and 95 % interval": ""}
        for name, vectors in views.items():
            found = _first(pictures, protocol, seen, vectors)
            gain, low, high = paired_difference(whole, found, seed=0)
            rows[f"{protocol.name}: {name}"] = {
                "R@1": f"{found.mean():.3f}",
                "gain and 95 % interval": f"{gain:+.3f} ({low:+.3f} to {high:+.3f})",
            }
    write("looking", rows)


def _views(protocol: Protocol, embedder: Embedder, detector: Detector) -> dict[str, Vectors]:
    """Embed each query's best region, with its ground and without; together with the whole, their mean."""
    photos = [source.pixels() for source in track(protocol.queries, protocol.name)]
    best = [next(iter(detector.detect(photo)), None) for photo in photos]
    chosen = [one if one is not None and one.score >= LEAST_SCORE else None for one in best]
    whole = embedder.embed(photos)

    def embedded(cut: Callable[[Pixels, Region], Pixels]) -> Vectors:
        parts = [photo if one is None else cut(photo, one) for photo, one in zip(photos, chosen, strict=True)]
        return embedder.embed(parts)

    box = embedded(lambda photo, one: region(photo, one.box))
    views = {"best region": box, "whole and best region": _unit(whole + box)}
    for name, level in GROUNDS.items():
        bare = embedded(lambda photo, one, level=level: region(_bare(photo, one, level), one.box))  # type: ignore[misc]
        views[f"best region on {name}"] = bare
        views[f"whole and best region on {name}"] = _unit(whole + bare)
    return views


def _bare(photo: Pixels, one: Region, level: int) -> Pixels:
    """Remove what the region's mask leaves out."""
    inside = one.mask_of(*photo.shape[:2])
    return np.where(inside[:, :, None], photo, np.uint8(level))


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _first(pictures: Pictures, protocol: Protocol, seen: Gallery, vectors: Vectors) -> Values:
    """Tell of each query whether the first is right, asked by these vectors."""
    asked = seen.vectors.copy()
    asked[[seen.places[source] for source in protocol.queries]] = vectors
    return metric_values(pictures.rank(protocol, replace(seen, vectors=asked)))["R@1"]


def _shortened(protocol: Protocol, most: int) -> Protocol:
    """Keep some queries, the pictures that are right for them, and some that are wrong."""
    wanted = set(protocol.wanted[:most])
    kept: Sequence[int] = [
        place
        for place, label in enumerate(protocol.labels)
        if label in wanted or place % max(1, len(protocol.labels) // most) == 0
    ]
    return replace(
        protocol,
        queries=protocol.queries[:most],
        wanted=protocol.wanted[:most],
        gallery=tuple(protocol.gallery[place] for place in kept),
        labels=tuple(protocol.labels[place] for place in kept),
        left_out=(-1,) * len(protocol.queries[:most]),
    )


if __name__ == "__main__":
    main()
