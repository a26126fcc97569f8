"""The one eye that looks at the catalogue and at queries: a box of a picture in, its vector out."""

import hashlib
from collections.abc import Sequence

from visualsearch.domain import WHOLE, Box, Picture, View
from visualsearch.vision.embed import PREPARATION, Embedder
from visualsearch.vision.regions import REGIONS, region


class LookingEye:
    """Sees the box it is pointed at, or the whole picture."""

    def __init__(self, embedder: Embedder) -> None:
        self.name = _name(embedder)
        self.dimension = embedder.dimension
        self._embedder = embedder

    def look(self, pictures: Sequence[Picture], boxes: Sequence[Box | None]) -> list[tuple[View, ...]]:
        """See one view of each picture: its box, or the whole where the box is None."""
        seen = [box or WHOLE for box in boxes]
        regions = [region(picture.pixels, box) for picture, box in zip(pictures, seen, strict=True)]
        vectors = self._embedder.embed(regions)
        return [(View(box, vector),) for box, vector in zip(seen, vectors, strict=True)]


def _name(embedder: Embedder) -> str:
    """Name what decides the vectors: the model's bytes and the preparation, not what runs them."""
    digest = hashlib.sha256(f"{embedder.card.sha256} {PREPARATION} {REGIONS}".encode()).hexdigest()
    return f"{embedder.card.name}-{digest[:12]}"
