"""The labels of the street photos, grouped to what shops sell."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visualsearch.vision.region_kinds import SURFACES

UNGROUPED = 254
"""A label of pixels: something worn that is in none of the groups, such as a scarf."""
UNKNOWN = 255
"""A label of pixels that nobody told."""

GROUPS = {
    "background": "null",
    "top": "blouse bodysuit cardigan hoodie jumper shirt sweater sweatshirt t-shirt top vest",
    "outerwear": "blazer cape coat jacket suit",
    "dress": "dress romper",
    "skirt": "skirt",
    "trousers": "jeans leggings pants shorts",
    "shoes": "boots clogs flats heels loafers pumps sandals shoes sneakers wedges",
    "bag": "bag purse wallet",
    "hat": "hat",
    "glasses": "glasses sunglasses",
    "jewellery": "bracelet earrings necklace ring watch",
    "skin and hair": "hair skin",
}


def grouping(labels: Path) -> NDArray[np.uint8]:
    """Read the table of labels: entry i is the place of label i's group in ``SURFACES``, or UNGROUPED."""
    group_of = {name: SURFACES.index(group) for group, names in GROUPS.items() for name in names.split()}
    mapped = np.full(256, UNGROUPED, np.uint8)
    with labels.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            mapped[int(row["value"])] = group_of.get(row["name"], UNGROUPED)
    return mapped
