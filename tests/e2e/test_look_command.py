"""The command line shows what a photo holds."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from processes import run_json, run_program


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A yellow pack on a grey table."""
    pixels = np.full((240, 320, 3), 120, np.uint8)
    pixels[60:200, 110:210] = (230, 190, 40)
    pixels[100:130, 130:190] = (200, 30, 30)
    path = tmp_path / "photo.png"
    Image.fromarray(pixels).save(path)
    return path


def test_a_look_tells_regions_and_draws_them(photo: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "annotated.jpg"

    told = run_json("look", photo, "--out", drawn, "--least", "0.05")

    assert told["regions"]
    for region in told["regions"]:
        assert 0 <= region["box"]["left"] < region["box"]["right"] <= 1
        assert 0.05 <= region["score"] <= 1
    scores = [region["score"] for region in told["regions"]]
    assert scores == sorted(scores, reverse=True)
    with Image.open(drawn) as annotated, Image.open(photo) as given:
        assert annotated.size == given.size
        assert np.abs(np.asarray(annotated).astype(int) - np.asarray(given)).max() > 60


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--detector", "no-such"), "lite0-look-int8, faster-rcnn"),
        (("--detector", "ssd"), "visualsearch models pull ssd"),
        (("--out", "drawn.txt"), "--out to end in one of"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.setenv("VISUALSEARCH_MODELS__FOLDER", str(tmp_path / "models"))
    ended = run_program("look", photo, *arguments)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_that_is_no_picture_is_told(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"not a picture")
    ended = run_program("look", path)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


def test_a_detector_cannot_be_a_shops_model(tmp_path: Path) -> None:
    ended = run_program("models", "use", "yolov3", "--shop", tmp_path)
    assert ended.returncode == 2
    assert "finds things in pictures" in ended.stderr
