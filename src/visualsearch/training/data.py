"""The pictures that set the ranges of the 8-bit integers, and how pictures are read."""

from collections.abc import Sequence
from pathlib import Path

from visualsearch.domain import Pixels
from visualsearch.errors import BadInput
from visualsearch.pictures.decode import decode

CALIBRATION_SETS = ("amazon", "fashion", "furniture", "groceries", "packshots")
CALIBRATION_PER_SET = 32
CALIBRATION_LICENCE = (
    "amazon: CC BY 4.0 or CC BY-NC 4.0 (its publisher states both); "
    "fashion, furniture, groceries, packshots: none stated. "
    "The pictures set the ranges of the 8-bit integers and nothing else; no weight was trained on them."
)


def calibration_pictures(data: Path) -> dict[str, list[Path]]:
    """Choose pictures evenly from each of the calibration sets."""
    return {name: _spread(_pictures(data, name)[1::2], CALIBRATION_PER_SET) for name in CALIBRATION_SETS}


def read_pixels(path: Path) -> Pixels:
    """Decode a picture exactly as the search does."""
    return decode(path.read_bytes()).pixels


def _spread(paths: Sequence[Path], count: int) -> list[Path]:
    return [paths[number * len(paths) // count] for number in range(count)]


def _pictures(data: Path, name: str) -> list[Path]:
    found = sorted((data / name / "images").glob("*.jpg"))
    if len(found) < 2 * CALIBRATION_PER_SET:
        raise BadInput(
            f"expected the set of pictures {name} in {data}, found {len(found)} in {name}/images; "
            "name the folder of the data with --data or VISUALSEARCH_DATA"
        )
    return found
