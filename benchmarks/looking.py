"""Measures whether looking at what is found in a photo beats the whole photo alone; `--help` tells how."""

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.progress import track

from machine import data_folder, write
from visualsearch.domain import Picture, PictureId, Pixels, Spot, Vectors
from visualsearch.evaluation.measure import Gallery, Pictures, metric_values
from visualsearch.evaluation.metrics import Values, paired_difference
from visualsearch.evaluation.sets import Protocol, instance_protocols
from visualsearch.vision.aim import aim
from visualsearch.vision.detect import DEFAULT, Detector
from visualsearch.vision.embed import Embedder
from visualsearch.vision.found import marked
from visualsearch.vision.look import LookingEye
from visualsearch.vision.regions import GREY

SELF_MADE = "self-made street"
ASKED = ("street to catalogue", SELF_MADE)
WHOLE_PHOTO = "whole photo"
FLAT = ("rug", "picture frame or painting")


def main() -> None:
    """Ask each protocol by the whole photo, and by what was found in it."""
    parser = argparse.ArgumentParser(description="Measure the gain of looking before searching.")
    parser.add_argument("--card", type=Path, default=DEFAULT)
    parser.add_argument("--most", type=int, default=100_000, help="queries, and wrong pictures, at most")
    arguments = parser.parse_args()
    asked = [one for one in instance_protocols(data_folder()) if one.name.startswith(ASKED)]
    pictures = Pictures([_shortened(one, arguments.most) for one in asked])
    embedder = Embedder()
    eye = LookingEye(embedder, lambda: Detector(arguments.card))
    seen = pictures.embed(embedder.embed)
    first: dict[str, dict[str, Values]] = {}
    for protocol in pictures.protocols:
        whole = seen.vectors[[seen.places[one] for one in protocol.queries]]
        views = {WHOLE_PHOTO: whole, **_views(protocol, eye)}
        first[protocol.name] = {
            name: _first(pictures, protocol, seen, vectors) for name, vectors in views.items()
        }
    made = [found for name, found in first.items() if name.startswith(SELF_MADE)]
    first[SELF_MADE] = {view: np.concatenate([found[view] for found in made]) for view in made[0]}
    [amazon] = [one for one in pictures.protocols if one.name == f"{SELF_MADE}, amazon"]
    flat = np.array(_are_flat(data_folder(), amazon))
    first[f"rugs and frames of {amazon.name}"] = {
        view: values[flat] for view, values in first[amazon.name].items()
    }
    write("looking", {f"{name}: {view}": row for name, found in first.items() for view, row in _rows(found)})


def _rows(found: dict[str, Values]) -> Iterator[tuple[str, dict[str, str]]]:
    for view, values in found.items():
        gain, low, high = paired_difference(found[WHOLE_PHOTO], values, seed=0)
        told = "" if view == WHOLE_PHOTO else f"{gain:+.3f} ({low:+.3f} to {high:+.3f})"
        yield view, {"photos": str(len(values)), "R@1": f"{values.mean():.3f}", "gain": told}


def _are_flat(data: Path, protocol: Protocol) -> list[bool]:
    """Tell which photos are of products that fill their picture: they must not be cut to pieces."""
    with (data / "amazon" / "products.csv").open(encoding="utf-8", newline="") as lines:
        flat = {Path(row["image"]).name for row in csv.DictReader(lines) if row["category"] in FLAT}
    return [source.path.name in flat for source in protocol.queries]


def _views(protocol: Protocol, eye: LookingEye) -> dict[str, Vectors]:
    """Look at each query as the search does, at its surest region alone, and at both without their ground."""
    photos = [Picture(PictureId(""), source.pixels()) for source in track(protocol.queries, protocol.name)]
    found = eye.find(photos)
    spots = [aim(photo.pixels, regions) for photo, regions in zip(photos, found, strict=True)]
    alone = [Spot(spot.regions[0].box) if spot.regions else spot for spot in spots]
    bare = [replace(photo, pixels=_bare(photo, spot)) for photo, spot in zip(photos, spots, strict=True)]

    def seen(pictures: Sequence[Picture], where: Sequence[Spot]) -> Vectors:
        return np.stack([view.vector for view in eye.look(pictures, where, vectors_only=True)])

    whole = seen(photos, [Spot()] * len(photos))
    return {
        "whole photo and what is found (shipped)": seen(photos, spots),
        "surest region alone": seen(photos, alone),
        "surest region without its ground": seen(bare, alone),
        "whole photo and what is found without its ground": _unit(whole + seen(bare, alone)),
    }


def _bare(photo: Picture, spot: Spot) -> Pixels:
    """Remove what the mask of the surest region leaves out."""
    if not spot.regions:
        return photo.pixels
    inside = marked(spot.regions[0], *photo.pixels.shape[:2])
    return np.where(inside[:, :, None], photo.pixels, np.uint8(GREY))


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
