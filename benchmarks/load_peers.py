"""What the service is compared with: the bare pipeline, and a server written the usual way."""

import io
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import hnswlib
import numpy as np
import onnx
import onnxruntime
import uvicorn
from fastapi import FastAPI, File, UploadFile
from onnx import helper, numpy_helper
from PIL import Image

from visualsearch.assemble import open_shop
from visualsearch.domain import WHOLE, Query
from visualsearch.settings import read_settings
from visualsearch.vision.embed import DEFAULT_CARD, Embedder
from visualsearch.vision.weights import read_card


def bare_pipeline(shop: Path, photos: list[bytes], batch: int) -> float:
    """Decode, embed and search in one pool of threads, without queue or HTTP; gives answers a second."""
    with open_shop(read_settings({"shop": shop})) as opened, ThreadPoolExecutor(2) as threads:
        opened.index.catch_up()
        batches = [photos[start : start + batch] for start in range(0, len(photos), batch)]

        def answer(some: list[bytes]) -> None:
            opened.search.answer([Query(picture=photo, box=WHOLE) for photo in some])

        list(threads.map(answer, batches[:4]))
        started = time.perf_counter()
        list(threads.map(answer, batches))
        return len(photos) / (time.perf_counter() - started)


def model_alone(pictures: int) -> float:
    """Embed pictures that are decoded and scaled already: no server of it answers more a second."""
    embedder = Embedder(runtime="onnxruntime")
    size = embedder.card.input.size
    squares = list(np.random.default_rng(0).integers(0, 256, (pictures, size, size, 3), np.uint8))
    started = time.perf_counter()
    embedder.embed(squares)
    return pictures / (time.perf_counter() - started)


def plain_server(shop: Path, port: int, numbers: str) -> None:
    """Serve FastAPI, ONNX Runtime and hnswlib put together as in any tutorial.

    ``numbers`` are those of the model: "int8" is the very file, "float32" the same model as it is exported.
    """
    with open_shop(read_settings({"shop": shop})) as opened:
        changes = opened.store.changes(0, 1_000_000)
        rows = [change.row for change in changes if change.vector is not None]
        vectors = np.stack([change.vector for change in changes if change.vector is not None])
        products = {row: item.product for row, item in opened.store.items(rows).items()}
    index = hnswlib.Index("cosine", vectors.shape[1])
    index.init_index(len(rows), ef_construction=200, M=16)
    index.add_items(vectors, rows)
    index.set_ef(64)
    card = read_card(DEFAULT_CARD)
    path = DEFAULT_CARD.parent / card.file
    session = onnxruntime.InferenceSession(path.read_bytes() if numbers == "int8" else in_float32(path))
    app = FastAPI()

    @app.post("/search")
    def search(picture: Annotated[UploadFile, File()]) -> dict[str, Any]:
        image = Image.open(io.BytesIO(picture.file.read())).convert("RGB")
        image = image.resize((card.input.size, card.input.size), Image.Resampling.BILINEAR)
        [vector] = session.run(None, {session.get_inputs()[0].name: np.asarray(image)[None]})
        labels, distances = index.knn_query(vector.reshape(1, -1), 40)
        ids = list(dict.fromkeys(products[row] for row in labels[0].tolist()))[:10]
        return {"ids": ids, "scores": (1 - distances[0]).tolist()}

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


def in_float32(path: Path) -> bytes:
    """Write a quantised model as it was before: weights in float32, and what quantising cut off clipped."""
    model = onnx.load(path)
    known = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    made = {node.output[0]: node for node in model.graph.node}
    nodes = []
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear":
            continue
        if node.op_type != "DequantizeLinear":
            nodes.append(node)
            continue
        value, scale, zero = node.input
        if value in known:
            shape = [1] * known[value].ndim
            if known[scale].ndim and known[scale].size > 1:
                shape[next(one.i for one in node.attribute if one.name == "axis")] = -1
            weights = known[value].astype(np.float32) - known[zero].astype(np.float32).reshape(shape)
            weights *= known[scale].reshape(shape)
            model.graph.initializer.append(numpy_helper.from_array(weights, node.output[0]))
            continue
        kind = np.iinfo(known[zero].dtype)
        for name, bound in ((f"{value} least", kind.min), (f"{value} most", kind.max)):
            limit = (bound - known[zero].astype(np.float32)) * known[scale]
            model.graph.initializer.append(numpy_helper.from_array(np.asarray(limit, np.float32), name))
        whole = made[value].input[0]
        nodes.append(helper.make_node("Clip", [whole, f"{value} least", f"{value} most"], node.output))
    used = {name for node in nodes for name in node.input}
    weights_used = [one for one in model.graph.initializer if one.name in used]
    for field, what in ((model.graph.node, nodes), (model.graph.initializer, weights_used)):
        del field[:]
        field.extend(what)
    written: bytes = model.SerializeToString()
    return written


if __name__ == "__main__":
    plain_server(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
