"""The drawn pictures are the ones whose vectors are kept."""

import numpy as np

from visualsearch.training.canonical import draw_pictures


def test_pictures_are_drawn_the_same_each_time_and_each_differs() -> None:
    first, second = draw_pictures(), draw_pictures()
    assert len(first) == 6
    for number, picture in enumerate(first):
        assert picture.shape == (224, 224, 3)
        assert picture.dtype == np.uint8
        assert np.array_equal(picture, second[number])
        assert all(np.abs(picture.astype(int) - other).mean() > 20 for other in first[:number])


def test_known_pixels_are_as_the_formulas_say() -> None:
    gradient = draw_pictures()[5]
    assert gradient[0, 0].tolist() == [128, 128, 128]
    assert gradient[112, 112].tolist() == [178, 178, 152]
