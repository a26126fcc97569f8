"""Tuning a shop's model from the command line, on the demo's own pictures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="needs the train extra")

DEMO = Path(__file__).parents[2] / "demo"


def visualsearch(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "visualsearch", *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tuned") / "shop"
    made = visualsearch("index", str(DEMO / "products.jsonl"), "--shop", str(folder))
    assert made.returncode == 0, made.stderr
    return folder


def used(shop: Path) -> str:
    models = json.loads(visualsearch("models", "list", "--shop", str(shop), "--json").stdout)["models"]
    [name] = [model["name"] for model in models if model["used"]]
    return str(name)


def test_a_tuned_model_is_used_because_it_wins_and_can_be_rolled_back(shop: Path) -> None:
    tuned = visualsearch("train", "embedder", "--shop", str(shop))
    assert tuned.returncode == 0, tuned.stderr
    assert "1384 pictures looked at, 0 failed" in tuned.stdout
    assert used(shop).startswith("lite0-products-int8-tuned-")
    # The same photos again, and a head on the head: nothing is left to win beyond chance.
    found = visualsearch("search", str(DEMO / "photos" / photo()), "--shop", str(shop), "--json")
    assert len(json.loads(found.stdout)["hits"]) == 10
    back = visualsearch("models", "rollback", "--shop", str(shop))
    assert back.returncode == 0, back.stderr
    assert used(shop) == "lite0-products-int8"


def photo() -> str:
    return min(path.name for path in (DEMO / "photos").glob("*.jpg"))


def test_what_to_do_has_to_be_said(tmp_path: Path) -> None:
    for arguments in ((), ("--out", str(tmp_path), "--shop", str(tmp_path))):
        asked = visualsearch("train", "embedder", *arguments)
        assert asked.returncode == 2
        assert "--out DIR" in asked.stderr
        assert "Traceback" not in asked.stderr


def test_too_small_a_catalogue_is_told_so(tmp_path: Path) -> None:
    lines = (DEMO / "products.jsonl").read_text(encoding="utf-8").splitlines()[:12]
    few = DEMO / "products-few-for-a-test.jsonl"
    few.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        assert visualsearch("index", str(few), "--shop", str(tmp_path / "few")).returncode == 0
    finally:
        few.unlink()
    asked = visualsearch("train", "embedder", "--shop", str(tmp_path / "few"))
    assert asked.returncode == 2
    assert "too few to tune by" in asked.stderr
