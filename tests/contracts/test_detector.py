"""A rectangle drawn into a picture comes back in its place, by every family of detectors."""

from pathlib import Path

import numpy as np
import pytest
from detector_models import COLOUR, MODELS, write_detector

from visualsearch.domain import Box, Pixels
from visualsearch.errors import BadInput, Corrupt, WeightsMismatch
from visualsearch.evaluation.regions import overlap
from visualsearch.vision.detect import Detector
from visualsearch.vision.found import marked
from visualsearch.vision.session import Runtime

SIZES = ((480, 640), (640, 480), (300, 200), (97, 611), (611, 97), (33, 50), (800, 800), (1024, 700))
"""Heights and widths."""
BOXES = (Box(0.25, 0.5, 0.75, 0.875), Box(0, 0, 0.5, 0.25), Box(0.625, 0.125, 1, 1))


def drawn(height: int, width: int, box: Box) -> tuple[Pixels, Box]:
    """Draw a rectangle on grey; gives the box of the pixels that it really has."""
    left, right = round(box.left * width), round(box.right * width)
    top, bottom = round(box.top * height), round(box.bottom * height)
    pixels = np.full((height, width, 3), 150, np.uint8)
    pixels[top:bottom, left:right] = COLOUR
    return pixels, Box(left / width, top / height, right / width, bottom / height)


@pytest.fixture(params=MODELS)
def detector(request: pytest.FixtureRequest, tmp_path: Path) -> Detector:
    return Detector(write_detector(tmp_path, request.param), runtime="onnxruntime", threads=1)


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_a_drawn_box_comes_back_in_its_place(detector: Detector, height: int, width: int) -> None:
    for box in BOXES:
        pixels, true = drawn(height, width, box)

        found = detector.detect(pixels)

        assert [region.kind for region in found] in (["chair"], ["sofa"])
        # A small picture has few pixels, and a model's own raster may be coarser than a narrow one.
        slack = 2 / min(height, width) + 4 / 416
        sides = np.array([[one.left, one.top, one.right, one.bottom] for one in (found[0].box, true)])
        assert np.abs(sides[0] - sides[1]).max() <= slack, (found[0].box, true)
        assert overlap(found[0].box, true) > 0.75


def test_swapped_colours_are_not_found(detector: Detector) -> None:
    pixels, true = drawn(300, 400, BOXES[0])
    found = detector.detect(np.ascontiguousarray(pixels[:, :, ::-1]))
    assert all(overlap(region.box, true) < 0.5 for region in found)


def test_what_a_model_cannot_mean_is_left_out(tmp_path: Path) -> None:
    # The small Faster R-CNN also tells an unsure box, and a kind that there is not with a box of no area.
    found = Detector(write_detector(tmp_path, "faster-rcnn"), runtime="onnxruntime").detect(
        drawn(200, 300, BOXES[0])[0]
    )
    assert len(found) == 1


def test_a_model_of_pixels_marks_those_of_the_box(tmp_path: Path) -> None:
    detector = Detector(write_detector(tmp_path, "fcn"), runtime="onnxruntime")
    for height, width in SIZES:
        pixels, _ = drawn(height, width, BOXES[0])
        true = (pixels == COLOUR).all(axis=2)

        segmentation = detector.segment(pixels)
        region = detector.detect(pixels)[0]

        for told in (
            segmentation.is_foreground(height, width),
            segmentation.labels(height, width) == segmentation.surfaces.index("sofa"),
            marked(region, height, width),
        ):
            assert (told & true).sum() / (told | true).sum() > 0.8


def test_a_model_of_boxes_says_that_it_tells_no_pixels(tmp_path: Path) -> None:
    detector = Detector(write_detector(tmp_path, "ssd"), runtime="onnxruntime")
    with pytest.raises(BadInput, match=r"ssd, which tells boxes alone"):
        detector.segment(drawn(50, 50, BOXES[0])[0])


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    card = write_detector(tmp_path, "yolov3")
    path = tmp_path / "yolov3.onnx"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(WeightsMismatch, match="sha256"):
        Detector(card)


def test_a_card_of_another_family_is_told(tmp_path: Path) -> None:
    card = write_detector(tmp_path, "ssd")
    card.write_text(card.read_text().replace('"family":"ssd"', '"family":"one-stage"'))
    with pytest.raises(Corrupt, match=r"ssd\.onnx"):
        Detector(card, runtime="onnxruntime").detect(drawn(50, 50, BOXES[0])[0])


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_both_runtimes_find_the_same(runtime: Runtime, tmp_path: Path) -> None:
    pytest.importorskip(runtime, reason=f"needs {runtime}, which is not installed")
    pixels, true = drawn(240, 320, BOXES[0])
    for name in MODELS:
        [region] = Detector(write_detector(tmp_path, name), runtime=runtime).detect(pixels)
        assert overlap(region.box, true) > 0.9
