"""The model that comes with the package weighs sensibly, and its card is checked."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from visualsearch.errors import WeightsMismatch
from visualsearch.search.evidence import FEATURES, SIGNALS, Evidence
from visualsearch.search.judge import CARD, Judge
from visualsearch.search.verify import NO_MATCH
from visualsearch.search.weigh import SAME_PRINT


def evidence(**given: list[float]) -> Evidence:
    """Three candidates that differ in what is given, and in nothing else."""
    none = np.zeros(3, np.float32)
    columns = {"cosine": none + np.float32(0.5), "agreeing": none, "alike": none, "shared": none}
    columns |= {"narrow": none + np.float32(0.3), "wide": none + np.float32(0.5)}
    columns |= {name: np.array(values, np.float32) for name, values in given.items()}
    return Evidence(**columns, are_plain=np.ones(3, np.bool_), matches=(NO_MATCH,) * 3)


@pytest.mark.parametrize(
    "given",
    [
        {"cosine": [0.3, 0.5, 0.9]},
        {"agreeing": [0, 6, 40], "alike": [2, 12, 50], "shared": [0, 300, 3000]},
        {"narrow": [0.1, 0.4, 0.9], "wide": [0.2, 0.5, 0.95]},
    ],
)
def test_more_look_more_print_or_nearer_colours_make_the_product_likelier(
    given: dict[str, list[float]],
) -> None:
    odds = Judge.packaged().weigh(evidence(**given)).odds()
    assert odds[0] < odds[1] < odds[2]


def test_what_the_features_and_the_constant_add_are_the_odds_and_signals_can_be_left_out() -> None:
    judged = Judge.packaged().weigh(evidence(cosine=[0.3, 0.5, 0.9], agreeing=[0, 5, 20], alike=[0, 9, 30]))
    assert judged.adds.sum(axis=1) == pytest.approx(judged.odds(), abs=1e-4)
    for signal, columns in SIGNALS.items():
        without = judged.odds() - judged.adds[:, columns].sum(axis=1)
        assert judged.odds(frozenset({signal})) == pytest.approx(without, abs=1e-4)


def test_the_same_print_is_likelier_the_more_places_agree() -> None:
    judged = Judge.packaged().weigh(evidence(agreeing=[0, 6, 40], alike=[5, 12, 50]))
    nothing, little, much = judged.same_print.tolist()
    assert nothing == 0
    assert little < SAME_PRINT < much


def test_no_candidates_are_judged_to_be_none() -> None:
    none = np.zeros(0, np.float32)
    empty = Evidence(none, none, none, none, none, none, none > 0, ())
    assert Judge.packaged().weigh(empty).odds().shape == (0,)


def test_a_model_that_is_not_the_one_of_its_card_is_refused(tmp_path: Path) -> None:
    for path in (CARD, CARD.with_suffix(".onnx")):
        shutil.copy(path, tmp_path)
    with (tmp_path / "fusion.onnx").open("ab") as file:
        file.write(b"more")
    with pytest.raises(WeightsMismatch):
        Judge.open(tmp_path / "fusion.json")


def test_a_model_that_weighs_something_else_is_refused(tmp_path: Path) -> None:
    shutil.copy(CARD.with_suffix(".onnx"), tmp_path)
    card = tmp_path / "fusion.json"
    card.write_text(CARD.read_text().replace(f'"{FEATURES[0]}"', '"smell"'))
    with pytest.raises(WeightsMismatch, match="smell"):
        Judge.open(card)
