"""A small data folder of drawn pictures with the shape of the real one."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

COLOURS = {"red": (200, 30, 30), "green": (30, 180, 40), "blue": (30, 40, 220)}


def draw(path: Path, colour: tuple[int, int, int], seed: int) -> None:
    """Write a picture of a colour with some noise, so that no two are the same."""
    noise = np.random.default_rng(seed).integers(-20, 20, (24, 24, 3))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.clip(noise + colour, 0, 255).astype(np.uint8)).save(path)


def write_table(path: Path, *rows: tuple[str, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)


@pytest.fixture(scope="session")
def drawn_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw grey pictures of other shops, and one product of each colour to be found."""
    data = tmp_path_factory.mktemp("data")
    for name in ("amazon", "fashion", "furniture", "groceries", "packshots"):
        for number in range(200):
            draw(data / name / "images" / f"{number:03}.jpg", (120, 120, 120), number)
    for name in ("street_to_catalogue", "labels_to_bottles"):
        for number, (product, colour) in enumerate(COLOURS.items()):
            draw(data / name / "catalogue" / f"{product}.jpg", colour, 1000 + number)
            draw(data / name / "photos" / f"{product}.jpg", colour, 2000 + number)
        products = [(product, f"catalogue/{product}.jpg") for product in COLOURS]
        write_table(data / name / "products.csv", ("id", "image"), *products)
        # The last of the pictures is said to be of a product that looks otherwise.
        truth = [(f"photos/{product}.jpg", product) for product in COLOURS]
        truth[-1] = (truth[-1][0], "red")
        write_table(data / name / "truth.csv", ("picture", "product"), *truth)
    views = data / "several_views"
    pictures = [("images/0.jpg", "red"), ("images/1.jpg", "red"), ("images/2.jpg", "blue")]
    for number, (picture, product) in enumerate(pictures):
        draw(views / picture, COLOURS[product], 3000 + number)
    write_table(views / "pictures.csv", ("image", "product"), *pictures)
    return data
