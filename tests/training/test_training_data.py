"""Which pictures are used for what."""

from pathlib import Path

import pytest

from visualsearch.errors import BadInput
from visualsearch.evaluation.sets import protocols
from visualsearch.evaluation.split import is_held_out
from visualsearch.training.corpus import examples, scenes
from visualsearch.training.data import calibration_pictures, read_pixels


def test_calibration_has_the_same_share_of_each_set(drawn_data: Path) -> None:
    chosen = calibration_pictures(drawn_data)
    assert {name: len(set(paths)) for name, paths in chosen.items()} == dict.fromkeys(
        ("amazon", "fashion", "furniture", "groceries", "packshots"), 32
    )


def test_nothing_that_is_measured_with_is_learnt_from(drawn_data: Path) -> None:
    learnt = {example.path for example in examples(drawn_data)} | set(scenes(drawn_data))
    asked = {source for protocol in protocols(drawn_data) for source in protocol.queries}
    assert len(learnt) > 100
    assert not learnt & {source.path for source in asked}
    assert not learnt & {source.scene for source in asked}


def test_kinds_and_colours_are_read_where_they_are_known(drawn_data: Path) -> None:
    found = examples(drawn_data)
    assert {(e.kind, e.colour) for e in found if "fashion" in e.path.name} == {
        ("Shirts", "Red"),
        ("Jeans", "Blue"),
    }
    assert {(e.kind, e.colour) for e in found if "furniture" in e.path.name} == {("", "")}
    assert not any(is_held_out(e.path.stem) for e in found)


def test_pictures_are_read_as_the_search_reads_them(drawn_data: Path) -> None:
    assert read_pixels(drawn_data / "amazon/images/amazon-000.jpg").shape == (48, 48, 3)


def test_a_folder_without_the_sets_is_told_by_the_name_of_its_setting(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"found 0 in amazon/images.*VISUALSEARCH_DATA"):
        calibration_pictures(tmp_path)
    with pytest.raises(BadInput, match=r"products\.csv, found: No such file.*VISUALSEARCH_DATA"):
        examples(tmp_path)
    with pytest.raises(BadInput, match=r"products\.csv, found: No such file.*VISUALSEARCH_DATA"):
        protocols(tmp_path)
