"""The fusion learns what its questions show, and the model that is written computes what was learnt."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("onnx", reason="needs the train extra")

from visualsearch.search.evidence import FEATURES  # noqa: E402
from visualsearch.search.judge import Judge  # noqa: E402
from visualsearch.training.fusion import Recipe, learn, write  # noqa: E402
from visualsearch.training.weighing import Judged  # noqa: E402
from visualsearch.vision.session import open_session  # noqa: E402

pytestmark = pytest.mark.train
LOOK, AGREES = 0, 2


def question(random: np.random.Generator, *, has_print: bool) -> Judged:
    """Ask where the print tells which candidate is right if there is any, and else the look."""
    features = random.uniform(0, 0.5, (20, len(FEATURES))).astype(np.float32)
    features[:, AGREES] = 0
    right = np.zeros(20, np.bool_)
    right[random.integers(20)] = True
    features[right, AGREES if has_print else LOOK] = 3 if has_print else 0.9
    return Judged("shop", features, right, "street" if has_print else "kind")


def test_it_learns_to_weigh_by_what_there_is_of_each(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    asked = [question(random, has_print=number % 2 == 0) for number in range(200)]
    fusion = learn(asked, Recipe())
    new = [question(random, has_print=number % 2 == 0) for number in range(50)]
    assert all(one.is_right[np.argmax(fusion.odds(one.features))] for one in new)

    card = write(fusion, asked, [], tmp_path)
    assert card.questions == {"shop, street": 100, "shop, kind": 100}
    session = open_session(tmp_path / card.file, threads=1, runtime="onnxruntime")
    for one in new:
        judged = session.run(one.features)
        assert np.allclose(judged[:, :-1].sum(axis=1), fusion.odds(one.features), atol=1e-3)
    Judge.open(tmp_path / "fusion.json")


def test_odds_are_those_of_being_right() -> None:
    random = np.random.default_rng(2)
    asked = []
    for _ in range(500):
        features = np.zeros((10, len(FEATURES)), np.float32)
        features[:, LOOK] = random.uniform(0, 1, 10)
        right = random.random(10) < features[:, LOOK] * 0.2
        asked.append(Judged("shop", features, right, "street"))
    fusion = learn(asked, Recipe())
    odds = np.concatenate([fusion.odds(one.features) for one in asked])
    likely = 1 / (1 + np.exp(-odds))
    assert likely.mean() == pytest.approx(np.concatenate([one.is_right for one in asked]).mean(), abs=0.02)
