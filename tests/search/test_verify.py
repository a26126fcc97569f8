"""The same print is known again, turned, shrunk and among other things; stripes and checks fool nobody."""

import cv2
import numpy as np
import pytest
from prints import asked, kept, printed

from visualsearch.search.verify import verify
from visualsearch.vision.local import NOTHING_PRINTED

SURE = 10


@pytest.mark.parametrize("degrees", [0, 20, 90, 180])
@pytest.mark.parametrize("zoom", [0.5, 1.0])
def test_the_same_print_is_found_turned_and_shrunk(degrees: float, zoom: float) -> None:
    scene = np.random.default_rng(0).integers(90, 110, (480, 480, 3), np.uint8)
    turn = cv2.getRotationMatrix2D((120, 120), degrees, zoom) + np.array([[0, 0, 120], [0, 0, 120]])
    art = printed(1)
    taken = cv2.warpAffine(art, turn, (480, 480))
    where = cv2.warpAffine(np.full_like(art, 255), turn, (480, 480)) > 127
    match = verify(asked(np.where(where, taken, scene)), kept(art))
    assert match.agreeing >= SURE
    expected = (match.candidate * 240) @ turn[:, :2].T + turn[:, 2]
    assert np.median(np.linalg.norm(match.query * 480 - expected, axis=1)) < 10


def test_another_print_is_not_taken_for_it() -> None:
    others = [kept(printed(seed)) for seed in range(2, 22)]
    assert max(verify(asked(printed(1)), other).agreeing for other in others) < SURE


def test_stripes_and_checks_do_not_agree_with_their_like() -> None:
    rows, columns = np.mgrid[:240, :240]
    checks = np.repeat((((rows // 15 + columns // 15) % 2) * 200)[..., None], 3, axis=2).astype(np.uint8)
    finer = np.repeat((((rows // 12 + columns // 12) % 2) * 200)[..., None], 3, axis=2).astype(np.uint8)
    stripes = np.repeat(((columns // 15 % 2) * 200)[..., None], 3, axis=2).astype(np.uint8)
    assert verify(asked(checks), kept(finer)).agreeing < SURE
    assert verify(asked(stripes), kept(checks)).agreeing < SURE


def test_nothing_agrees_with_an_empty_print() -> None:
    assert verify(NOTHING_PRINTED, kept(printed(1))).agreeing == 0
    assert verify(asked(printed(1)), NOTHING_PRINTED).agreeing == 0


def test_the_answer_is_the_same_each_time() -> None:
    here, there = asked(printed(1)), kept(printed(1))
    first, second = verify(here, there), verify(here, there)
    assert (first.query == second.query).all()
