"""Which pictures are used for what."""

from pathlib import Path

import pytest

from visualsearch.errors import BadInput
from visualsearch.training.data import calibration_pictures, distractors, read_pixels, retrieval_sets


def test_calibration_has_the_same_share_of_each_set(drawn_data: Path) -> None:
    chosen = calibration_pictures(drawn_data)
    assert {name: len(set(paths)) for name, paths in chosen.items()} == dict.fromkeys(
        ("amazon", "fashion", "furniture", "groceries", "packshots"), 32
    )


def test_no_picture_of_the_measuring_is_calibrated_with(drawn_data: Path) -> None:
    calibration = {path for paths in calibration_pictures(drawn_data).values() for path in paths}
    measured = {path for pairs in retrieval_sets(drawn_data) for path in (*pairs.queries, *pairs.catalogue)}
    others = distractors(drawn_data)
    assert len(others) == len(set(others)) == 300
    assert not calibration & (measured | set(others))


def test_views_are_searched_with_only_where_the_product_has_another(drawn_data: Path) -> None:
    views = retrieval_sets(drawn_data)[1]
    assert [path.name for path in views.queries] == ["0.jpg", "1.jpg"]
    assert views.products == ("red", "red", "blue")


def test_pictures_are_read_as_the_search_reads_them(drawn_data: Path) -> None:
    assert read_pixels(drawn_data / "amazon/images/000.jpg").shape == (24, 24, 3)


def test_a_folder_without_the_sets_is_told_by_the_name_of_its_setting(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"found 0 in amazon/images.*VISUALSEARCH_DATA"):
        calibration_pictures(tmp_path)
    with pytest.raises(BadInput, match=r"products\.csv, found: No such file.*VISUALSEARCH_DATA"):
        retrieval_sets(tmp_path)


@pytest.mark.data
def test_the_real_sets_have_a_truth_that_their_catalogues_hold(data_folder: Path) -> None:
    for pairs in retrieval_sets(data_folder):
        assert set(pairs.wanted) <= set(pairs.products)
        assert len(pairs.queries) == len(pairs.wanted) > 80
        assert all(path.is_file() for path in (*pairs.queries, *pairs.catalogue))
    assert len(distractors(data_folder)) == 300
