"""Quality, counted on drawn pictures by an embedding that sees nothing but the mean colour."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from visualsearch.domain import Pixels, Vectors
from visualsearch.training import measure
from visualsearch.training.measure import first_rank, measure_quality


def embed_colour(pictures: Sequence[Pixels]) -> Vectors:
    vectors = np.array([pixels.mean(axis=(0, 1)) for pixels in pictures], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def test_products_of_a_colour_are_found_by_it_and_wrong_truths_are_missed(drawn_data: Path) -> None:
    street, views, labels = measure_quality(embed_colour, drawn_data)
    assert (street.name, street.queries) == ("street_to_catalogue", 3)
    assert street.recall_at_1 == street.recall_at_5 == pytest.approx(2 / 3)
    # Blue is nearest the blue picture, then all 300 grey ones, then green or red.
    assert 1 / 303 <= 3 * street.mean_reciprocal_rank - 2 <= 1 / 302
    assert labels.recall_at_1 == pytest.approx(2 / 3)
    assert (views.queries, views.recall_at_1, views.mean_reciprocal_rank) == (2, 1, 1)


def test_the_rank_counts_the_wrong_ones_that_are_as_near_or_nearer() -> None:
    scores = np.array([[0.9, 0.5, 0.9, 0.1], [0.2, 0.8, 0.3, 0.3], [0.4, 0.3, 0.2, 0.1]], np.float32)
    right = np.array([[0, 1, 0, 1], [0, 1, 0, 0], [1, 1, 0, 0]], bool)
    assert first_rank(scores, right).tolist() == [3, 1, 1]
    assert first_rank(np.full((1, 3), 0.5, np.float32), np.array([[True, False, False]])).tolist() == [3]


def test_the_command_prints_speed_and_quality(
    drawn_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["measure", "--runtime", "onnxruntime", "--data", str(drawn_data)])
    monkeypatch.setattr(measure, "SPEED_ROUNDS", 1)
    measure.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("(")[0].split(maxsplit=1)[1].strip() for line in lines[:4]] == [
        "milliseconds for one picture",
        "pictures a second in batches of 16",
        "milliseconds of CPU time a picture, all CPUs together",
        "recall@1 street_to_catalogue",
    ]
    assert len(lines) == 12
    assert all("onnxruntime" in line and float(line.split()[0]) >= 0 for line in lines)
