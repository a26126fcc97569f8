"""The colour histogram, which every model has to beat."""

from collections.abc import Sequence

import numpy as np

from visualsearch.domain import Pixels, Vectors

BINS = 8
NEAR_WHITE = 235


def embed_colours(pictures: Sequence[Pixels]) -> Vectors:
    """Count the colours of pictures, near-white grounds left out, as vectors [n, 512] of length 1.

    Roots of the shares, so that the cosine is the Bhattacharyya coefficient of two histograms.
    """
    return np.stack([_histogram(pixels) for pixels in pictures])


def _histogram(pixels: Pixels) -> Vectors:
    flat = pixels.reshape(-1, 3)
    seen = flat[flat.min(axis=1) < NEAR_WHITE]
    cells = (seen // (256 // BINS)).astype(np.int64) @ [BINS * BINS, BINS, 1]
    roots = np.sqrt(np.bincount(cells, minlength=BINS**3) / max(1, len(cells)))
    return np.asarray(roots, np.float32)
