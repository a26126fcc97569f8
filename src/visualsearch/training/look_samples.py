"""Draws what the look model learns from, picture by picture: composites, shelves, streets, catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from visualsearch.domain import WHOLE, Box, Pixels
from visualsearch.evaluation.composites import compose
from visualsearch.evaluation.garments import UNGROUPED, UNKNOWN, grouping
from visualsearch.evaluation.street import box_of, relight, wear
from visualsearch.pictures.decode import decode
from visualsearch.training.look_corpus import UNTOLD, LookCorpus, Product, Shelf, Street
from visualsearch.vision.cutout import Mask, cut_out
from visualsearch.vision.prepare import squash_quickly
from visualsearch.vision.region_kinds import GARMENTS, KINDS, SURFACES

T = TypeVar("T")

SIZE = 320
MASK_SIDE = 80
NO_KIND = -1
LEAST_PIXELS = 30
"""Of a garment in a street photo, for it to have a box."""
Labels = NDArray[np.uint8]
"""Places in SURFACES, UNGROUPED where only that it is worn is known, or UNKNOWN."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of SIZE x SIZE with what is known of it."""

    pixels: Pixels
    boxes: NDArray[np.float32]
    """Shape [count, 4]: left, top, right, bottom, as fractions."""
    kinds: NDArray[np.int64]
    """Shape [count]: places in KINDS, or NO_KIND."""
    labels: Labels
    """Shape [MASK_SIDE, MASK_SIDE]."""
    rest: float
    """How surely there is nothing to find outside the boxes, 0 to 1."""


class Samples:
    """Samples by number: the same number and seed give the same sample."""

    def __init__(self, corpus: LookCorpus, seed: int) -> None:
        self._corpus = corpus
        self._seed = seed
        folder = corpus.streets[0].path.parents[1]
        self._groups = grouping(folder / "labels.csv")
        self._wearing = self._streets_by_garment()

    def at(self, number: int) -> Sample:
        """Draw one: of 16, 5 are streets, 2 shelves, 7 composites, 2 from the catalogue."""
        random = np.random.default_rng((self._seed, number))
        turn = number % 16
        if turn < 5:
            # Every other is drawn by what is worn: 35 of the package's 336 photos show jewellery, most a top.
            among = _one(self._wearing, random) if turn % 2 else self._corpus.streets
            return self._street(_one(among, random), random)
        if turn < 7:
            return self._shelf(_one(self._corpus.shelves, random), random)
        if turn < 14:
            return self._composite(turn, random)
        return self._catalogue(random)

    def _street(self, street: Street, random: np.random.Generator) -> Sample:
        pixels, labels = self._read(street)
        part = _part(random, 0.4)
        pixels, labels = _turned(_cut(pixels, part), _cut(labels, part), random)
        boxes, kinds = _garments(labels)
        return _sample(_worn(pixels, random), boxes, kinds, labels, 0.5, mirroring=random)

    def _shelf(self, shelf: Shelf, random: np.random.Generator) -> Sample:
        pixels = _read(shelf.path)
        part = _part(random, 0.7)
        boxes = [box for whole in shelf.boxes if (box := _within(whole, part)) is not None]
        labels = np.full(pixels.shape[:2], UNKNOWN, np.uint8)
        kinds = [KINDS.index("pack")] * len(boxes)
        return _sample(_worn(_cut(pixels, part), random), boxes, kinds, labels, 0.3, mirroring=random)

    def _composite(self, turn: int, random: np.random.Generator) -> Sample:
        """Set products before nature (4 of 7), a person (1 or 2) or a room."""
        count = int(random.integers(1, 4))
        chosen = [self._product(random) for _ in range(count)]
        layers = [(pixels, mask) for _, pixels, mask in chosen]
        on_street = turn == 11 or (turn == 12 and random.random() < 0.3)
        street = _one(self._corpus.streets, random)
        around = self._corpus.scenes if turn < 11 else self._corpus.rooms
        scene = _read(street.path if on_street else _one(around, random))
        made = compose(layers, scene, random, long_side=SIZE, whole_scene=on_street)
        height, width = made.owners.shape
        labels = np.full((height, width), 0 if turn < 11 else UNKNOWN, np.uint8)
        boxes, kinds = list(made.boxes), [_kind(chosen[number][0]) for number in made.numbers]
        rest = 1.0 if turn < 11 else 0.0
        if on_street:
            worn = cv2.resize(self._read(street)[1], (width, height), interpolation=cv2.INTER_NEAREST)
            labels = np.where(made.owners > 0, UNKNOWN, worn).astype(np.uint8)
            also, their_kinds = _garments(labels)
            boxes, kinds, rest = [*boxes, *also], [*kinds, *their_kinds], 0.5
        for number, (product, _, _) in enumerate(chosen):
            labels[made.owners == number + 1] = _surface(product)
        return _sample(made.pixels, boxes, kinds, labels, rest)

    def _catalogue(self, random: np.random.Generator) -> Sample:
        product, pixels, mask = self._product(random)
        labels = np.where(mask > 0, _surface(product), 0).astype(np.uint8)
        box = box_of((mask > 0).astype(np.float32)[:, :, None]) or WHOLE
        return _sample(pixels, [box], [_kind(product)], labels, 1.0, mirroring=random)

    def _product(self, random: np.random.Generator) -> tuple[Product, Pixels, Mask]:
        """Choose among those that can be cut out."""
        while True:
            product = _one(self._corpus.products, random)
            pixels = _read(product.path)
            mask = cut_out(pixels)
            if mask is not None:
                return product, pixels, mask

    def _streets_by_garment(self) -> list[list[Street]]:
        """List the photos that show each garment, for those that any photo shows."""
        shown: dict[int, list[Street]] = {}
        for street in self._corpus.streets:
            for garment in _garments(self._read(street)[1])[1]:
                shown.setdefault(garment, []).append(street)
        return [shown[garment] for garment in sorted(shown)] or [list(self._corpus.streets)]

    def _read(self, street: Street) -> tuple[Pixels, Labels]:
        mask = cv2.imread(str(street.mask), cv2.IMREAD_GRAYSCALE)
        assert mask is not None, f"{street.mask} cannot be read"
        pixels = _read(street.path)
        labels = self._groups[mask]
        if labels.shape != pixels.shape[:2]:
            labels = cv2.resize(labels, pixels.shape[1::-1], interpolation=cv2.INTER_NEAREST)
        return pixels, np.asarray(labels, np.uint8)


def garment_boxes(labels: Labels) -> list[tuple[Box, str]]:
    """Bound what is worn in a labelled photo, one box for each garment: a pair of shoes is one."""
    boxes, kinds = _garments(labels)
    return [(box, KINDS[kind]) for box, kind in zip(boxes, kinds, strict=True)]


def _garments(labels: Labels) -> tuple[list[Box], list[int]]:
    boxes, kinds = [], []
    for garment in GARMENTS:
        inside = labels == SURFACES.index(garment)
        if inside.sum() >= LEAST_PIXELS and (box := box_of(inside.astype(np.float32)[:, :, None])):
            boxes.append(box)
            kinds.append(KINDS.index(garment))
    return boxes, kinds


def _sample(
    pixels: Pixels,
    boxes: list[Box],
    kinds: list[int],
    labels: Labels,
    rest: float,
    mirroring: np.random.Generator | None = None,
) -> Sample:
    sides = np.array([(box.left, box.top, box.right, box.bottom) for box in boxes], np.float32).reshape(-1, 4)
    small = cv2.resize(labels, (MASK_SIDE, MASK_SIDE), interpolation=cv2.INTER_NEAREST_EXACT)
    squashed = squash_quickly(pixels, SIZE)
    if mirroring is not None and mirroring.random() < 0.5:
        squashed, small = squashed[:, ::-1], small[:, ::-1]
        sides = np.stack([1 - sides[:, 2], sides[:, 1], 1 - sides[:, 0], sides[:, 3]], axis=1)
    return Sample(
        np.ascontiguousarray(squashed),
        np.ascontiguousarray(sides),
        np.array(kinds, np.int64),
        np.ascontiguousarray(small),
        rest,
    )


def _worn(pixels: Pixels, random: np.random.Generator) -> Pixels:
    return wear(relight(np.asarray(pixels, np.float32), random), random) if random.random() < 0.7 else pixels


def _part(random: np.random.Generator, least: float) -> Box:
    """Choose the whole, or a part of it."""
    if random.random() < 0.3:
        return WHOLE
    across, down = random.uniform(least, 1, 2)
    left, top = random.uniform(0, 1 - across), random.uniform(0, 1 - down)
    return Box(left, top, left + across, top + down)


def _turned(pixels: Pixels, labels: Labels, random: np.random.Generator) -> tuple[Pixels, Labels]:
    """Turn every other photo by up to 15 degrees, and show it smaller; nothing is known around it."""
    if random.random() < 0.5:
        return pixels, labels
    height, width = labels.shape
    warp = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-15, 15), random.uniform(0.6, 1.1))
    turned = cv2.warpAffine(pixels, warp, (width, height), borderMode=cv2.BORDER_REPLICATE)
    theirs = cv2.warpAffine(labels, warp, (width, height), flags=cv2.INTER_NEAREST, borderValue=UNKNOWN)
    return np.asarray(turned, np.uint8), np.asarray(theirs, np.uint8)


def _cut(pixels: NDArray[np.uint8], part: Box) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    return pixels[
        int(part.top * height) : int(part.bottom * height), int(part.left * width) : int(part.right * width)
    ]


def _within(box: Box, part: Box) -> Box | None:
    """Tell where a box is in a part, or None if less than half of it is there."""
    across, down = part.right - part.left, part.bottom - part.top
    left, right = (min(1, max(0, (side - part.left) / across)) for side in (box.left, box.right))
    top, bottom = (min(1, max(0, (side - part.top) / down)) for side in (box.top, box.bottom))
    seen = max(0, right - left) * across * max(0, bottom - top) * down
    if seen < 0.5 * (box.right - box.left) * (box.bottom - box.top):
        return None
    return Box(left, top, right, bottom)


def _kind(product: Product) -> int:
    return NO_KIND if product.kind == UNTOLD else KINDS.index(product.kind)


def _surface(product: Product) -> int:
    """Tell the label of a product's pixels: where a person may wear it, only that it is not background."""
    if product.is_on_model:
        return UNGROUPED
    return SURFACES.index(product.kind if product.kind in GARMENTS else "product")


def _read(path: Path) -> Pixels:
    return decode(path.read_bytes()).pixels


def _one(among: Sequence[T], random: np.random.Generator) -> T:
    return among[int(random.integers(len(among)))]
