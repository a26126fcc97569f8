"""txtai's own server over a shop's vectors: queries are pictures, which our model embeds by ONNX Runtime."""

import base64
import io
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import uvicorn
from numpy.typing import NDArray
from PIL import Image

from visualsearch.assemble import open_shop
from visualsearch.settings import read_settings
from visualsearch.vision.embed import DEFAULT_CARD
from visualsearch.vision.weights import read_card

CARD = read_card(DEFAULT_CARD)
SESSION = onnxruntime.InferenceSession(DEFAULT_CARD.parent / CARD.file)
CONFIGURATION = """
path: {path}
embeddings:
  method: external
  transform: peers.txtai_server.embed
"""


def embed(pictures: Sequence[str]) -> NDArray[np.float32]:
    """Embed pictures in base64: what txtai calls for the queries of a request."""
    size = CARD.input.size
    opened = (Image.open(io.BytesIO(base64.b64decode(one))).convert("RGB") for one in pictures)
    pixels = [np.asarray(one.resize((size, size), Image.Resampling.BILINEAR)) for one in opened]
    [vectors] = SESSION.run(None, {SESSION.get_inputs()[0].name: np.stack(pixels)})
    return np.asarray(vectors.reshape(len(pictures), -1), np.float32)


def main(shop: Path, port: int) -> None:
    """Index the shop's vectors as txtai's documentation says, and serve them."""
    os.environ["ALLOW_RESOLVE_TRANSFORM"] = "True"
    from txtai import Embeddings  # noqa: PLC0415 (reads the environment)

    with open_shop(read_settings({"shop": shop})) as opened:
        changes = [change for change in opened.store.changes(0, 1_000_000) if change.vector is not None]
        items = opened.store.items([change.row for change in changes])
    known: list[tuple[Any, ...]] = [
        (str(items[change.row].product), change.vector, None) for change in changes if change.row in items
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        embeddings = Embeddings(method="external", transform="peers.txtai_server.embed")
        embeddings.index(known)
        embeddings.save(str(path))
        configuration = Path(folder) / "txtai.yml"
        configuration.write_text(CONFIGURATION.format(path=path))
        os.environ["CONFIG"] = str(configuration)
        uvicorn.run("txtai.api:app", host="127.0.0.1", port=port, log_level="error")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
