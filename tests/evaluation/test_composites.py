"""Made photos with several products."""

from pathlib import Path

import numpy as np
import pytest

from visualsearch.domain import Pixels
from visualsearch.evaluation.composites import compose
from visualsearch.evaluation.garments import GROUPS, UNGROUPED, grouping
from visualsearch.vision.cutout import Mask
from visualsearch.vision.region_kinds import SURFACES


def product(colour: tuple[int, int, int]) -> tuple[Pixels, Mask]:
    pixels = np.full((60, 60, 3), 255, np.uint8)
    pixels[10:50, 15:45] = colour
    return pixels, np.where((pixels < 255).any(axis=2), 255, 0).astype(np.uint8)


SCENE = np.full((200, 300, 3), 128, np.uint8)


def test_the_same_numbers_make_the_same_photo() -> None:
    made = [compose([product((200, 0, 0))], SCENE, np.random.default_rng(3), long_side=160) for _ in range(2)]
    assert np.array_equal(made[0].pixels, made[1].pixels)
    assert made[0].boxes == made[1].boxes


@pytest.mark.parametrize("seed", range(8))
def test_boxes_bound_what_is_seen_of_each_product(seed: int) -> None:
    products = [product((200, 0, 0)), product((0, 0, 200)), product((0, 160, 0))]
    made = compose(products, SCENE, np.random.default_rng(seed), long_side=160)
    height, width = made.owners.shape
    assert made.pixels.shape == (height, width, 3)
    assert len(made.boxes) == len(made.numbers)
    for box, number in zip(made.boxes, made.numbers, strict=True):
        down, across = np.nonzero(made.owners == number + 1)
        seen = (across.min() / width, down.min() / height, (across.max() + 1) / width)
        assert (box.left, box.top, box.right) == pytest.approx(seen)
        assert box.bottom == pytest.approx((down.max() + 1) / height)


def test_a_covered_product_has_no_box() -> None:
    numbers = set()
    for seed in range(30):
        made = compose([product((200, 0, 0))] * 5, SCENE, np.random.default_rng(seed), long_side=120)
        for number in set(range(5)) - set(made.numbers):
            numbers.add(number)
    assert numbers
    assert 4 not in numbers  # nothing is laid over the last


def test_a_whole_scene_keeps_its_proportions() -> None:
    made = compose([], SCENE, np.random.default_rng(0), long_side=150, whole_scene=True)
    assert made.pixels.shape == (100, 150, 3)


def test_every_label_of_the_street_is_grouped_once_and_the_rest_is_worn(tmp_path: Path) -> None:
    names = [name for group in GROUPS.values() for name in group.split()]
    assert len(names) == len(set(names))
    assert set(GROUPS) == set(SURFACES) - {"product"}
    table = tmp_path / "labels.csv"
    table.write_text("value,name\n0,null\n7,boots\n37,scarf\n")
    groups = grouping(table)
    assert [groups[0], groups[7], groups[37]] == [0, SURFACES.index("shoes"), UNGROUPED]
