"""`evaluate --self`, on the demo's own pictures."""

import json
from pathlib import Path

import pytest
from test_tuning import DEMO, visualsearch

pytestmark = pytest.mark.xdist_group("self")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("self") / "shop"
    made = visualsearch("index", str(DEMO / "products.jsonl"), "--shop", str(folder))
    assert made.returncode == 0, made.stderr
    return folder


def test_photos_of_the_shops_own_products_are_asked_and_kept(shop: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    asked = ("--self", "--shop", str(shop), "--products", "25", "--out", str(kept))
    told = visualsearch("evaluate", *asked)
    assert told.returncode == 0, told.stderr
    assert "25 photos, one of each product, among 682 of 682 products" in told.stdout
    found = json.loads(visualsearch("evaluate", *asked, "--json").stdout)
    assert found["questions"] == 25
    assert found["metrics"]["R@1"]["value"] > 0.6
    again = visualsearch("evaluate", str(kept / "truth.csv"), "--shop", str(shop), "--json")
    assert json.loads(again.stdout)["metrics"] == found["metrics"]


def test_two_models_are_compared_on_the_same_photos(shop: Path) -> None:
    models = ("--model", "lite0-imagenet-int8", "--model", "lite0-products-int8")
    told = visualsearch("evaluate", "--self", "--shop", str(shop), "--products", "100", *models)
    assert told.returncode == 0, told.stderr
    assert "lite0-products-int8 finds more" in told.stdout
    same = ("--model", "lite0-products-int8") * 2
    told = visualsearch("evaluate", "--self", "--shop", str(shop), "--products", "10", *same)
    assert "within chance" in told.stdout


def test_what_cannot_be_asked_is_told(shop: Path, tmp_path: Path) -> None:
    for arguments, words in (
        ((), "TRUTH.csv and --self"),
        (("--self", "--model", "no-such-model"), "no-such-model"),
        (("--self", "--scenes", str(tmp_path / "none")), "none"),
    ):
        told = visualsearch("evaluate", "--shop", str(shop), *arguments)
        assert told.returncode != 0
        assert words in told.stderr
        assert "Traceback" not in told.stderr
