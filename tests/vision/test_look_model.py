"""The look model of the package is itself, on each runtime."""

from pathlib import Path

import numpy as np
import pytest

from visualsearch.training.canonical import draw_pictures
from visualsearch.vision.detect import DEFAULT_DETECTOR, DETECTORS, Detector
from visualsearch.vision.kinds import KINDS, SURFACES
from visualsearch.vision.session import Runtime

CANONICAL = Path(__file__).parent / f"{DEFAULT_DETECTOR}.npz"
LARGEST_BYTES = 10_000_000
SAME_SCORE, SAME_SURFACES = 0.1, 0.97
"""Of the largest difference of a score, and of the share of equal places: runtimes round differently."""
NEAR_SCORE = 0.02
"""Of the mean difference of scores to those in floating point."""


@pytest.fixture(scope="module")
def detector(runtime: Runtime) -> Detector:
    return Detector(DETECTORS / f"{DEFAULT_DETECTOR}.json", runtime=runtime, threads=2)


def test_the_model_gives_the_kept_outputs(detector: Detector) -> None:
    kept = np.load(CANONICAL)
    found = [detector.outputs(picture) for picture in draw_pictures(320)]
    scores = np.concatenate([one[1] for one in found])
    surfaces = np.concatenate([one[3].argmax(axis=1) for one in found])
    assert np.abs(scores - kept["int8_scores"].astype(np.float32)).max() < SAME_SCORE
    assert (surfaces == kept["int8_surfaces"]).mean() > SAME_SURFACES
    assert np.abs(scores - kept["scores"].astype(np.float32)).mean() < NEAR_SCORE


def test_the_kept_outputs_tell_swapped_colours(detector: Detector) -> None:
    kept = np.load(CANONICAL)["int8_scores"].astype(np.float32)
    swapped = [
        detector.outputs(np.ascontiguousarray(picture[:, :, ::-1]))[1] for picture in draw_pictures(320)
    ]
    assert np.abs(np.concatenate(swapped) - kept).max() > SAME_SCORE


def test_the_model_is_small_and_its_card_names_what_it_gives(detector: Detector) -> None:
    assert detector.card.size_bytes < LARGEST_BYTES
    assert detector.card.kinds == KINDS
    assert detector.card.surfaces == SURFACES
    assert detector.card.trained_on is not None


def test_regions_come_best_first_and_are_not_told_twice(detector: Detector) -> None:
    for picture in draw_pictures(400):
        found = detector.detect(picture)
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
        assert all(one.mask is not None and one.kind in KINDS for one in found)
