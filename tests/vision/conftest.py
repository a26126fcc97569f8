"""The model of the package, run by each of the two runtimes."""

import importlib.util
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from visualsearch.domain import Pixels
from visualsearch.training.canonical import draw_pictures
from visualsearch.vision.embed import DEFAULT_CARD, Embedder
from visualsearch.vision.session import Runtime
from visualsearch.vision.weights import read_card


@pytest.fixture(scope="session", params=["onnxruntime", "openvino"])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    name = cast("Runtime", request.param)
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"needs {name}, which is not installed")
    return name


@pytest.fixture(scope="session")
def embedder(runtime: Runtime) -> Embedder:
    return Embedder(runtime=runtime, threads=2)


@pytest.fixture(scope="session")
def drawn() -> tuple[Pixels, ...]:
    """Pictures of many sizes: tall, wide, small, large."""
    sizes = ((300, 200), (120, 333), (31, 47), (700, 900), (224, 224), (500, 90))
    return tuple(
        np.ascontiguousarray(picture[:height, :width])
        for (height, width), picture in zip(sizes, draw_pictures(900), strict=True)
    )


@pytest.fixture
def shipped_copy(tmp_path: Path) -> Path:
    """Copy the model and its card to where they may be damaged; gives the card's path."""
    card = read_card(DEFAULT_CARD)
    (tmp_path / card.file).write_bytes((DEFAULT_CARD.parent / card.file).read_bytes())
    path = tmp_path / "model.json"
    path.write_text(card.model_dump_json(), encoding="utf-8")
    return path
