"""Compares ways to make any picture a square one, of which ``vision.embed.prepare`` is the chosen one."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from visualsearch.domain import Pixels, Vectors
from visualsearch.training.measure import measure_quality
from visualsearch.vision.embed import Embedder
from visualsearch.vision.weights import Measurement

Prepare = Callable[[Image.Image, tuple[int, int]], Image.Image]

_FILTERS = Image.Resampling


def compare_preparations(embedder: Embedder, data: Path) -> tuple[Measurement, ...]:
    """Measure each way's mean reciprocal rank on each set, as rows of a card."""
    return tuple(
        Measurement(
            what=f"mean reciprocal rank {quality.name}",
            value=round(quality.mean_reciprocal_rank, 4),
            conditions=f"prepared by {name}",
        )
        for name, prepare in _preparations().items()
        for quality in measure_quality(partial(_embed_prepared, embedder, prepare), data)
    )


def _embed_prepared(embedder: Embedder, prepare: Prepare, pictures: Sequence[Pixels]) -> Vectors:
    """Prepare pictures another way; the embedder leaves those of the model's size as they are."""
    size = (embedder.card.input.size, embedder.card.input.size)
    return embedder.embed([np.asarray(prepare(Image.fromarray(pixels), size)) for pixels in pictures])


def _preparations() -> dict[str, Prepare]:
    hamming = _FILTERS.HAMMING
    squashes: dict[str, Prepare] = {
        f"squash, {chosen.name.lower()}": partial(_squash, chosen)
        for chosen in (hamming, _FILTERS.BILINEAR, _FILTERS.BICUBIC, _FILTERS.BOX)
    }
    return squashes | {
        "centre crop, hamming": lambda picture, size: ImageOps.fit(picture, size, hamming),
        "letterbox on white, hamming": partial(_letterbox, hamming, _white),
        "letterbox on grey, hamming": partial(_letterbox, hamming, _grey),
        "letterbox on the edge's colour, hamming": partial(_letterbox, hamming, _edge_colour),
    }


def _squash(chosen: Image.Resampling, picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture.resize(size, chosen)


def _letterbox(
    chosen: Image.Resampling,
    colour: Callable[[Image.Image], tuple[int, ...]],
    picture: Image.Image,
    size: tuple[int, int],
) -> Image.Image:
    return ImageOps.pad(picture, size, chosen, color=colour(picture))


def _white(_: Image.Image) -> tuple[int, ...]:
    return (255, 255, 255)


def _grey(_: Image.Image) -> tuple[int, ...]:
    return (127, 127, 127)


def _edge_colour(picture: Image.Image) -> tuple[int, ...]:
    """Take the median of the outermost pixels."""
    pixels = np.asarray(picture)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return tuple(int(level) for level in np.median(edge, axis=0))
