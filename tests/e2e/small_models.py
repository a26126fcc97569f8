"""Small ONNX models with the inputs and outputs of the large ones, and a hub that serves files."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from visualsearch.vision.weights import Card, File, Input, Output, TextTower, Words

COMMIT = "0" * 40
WORDS = ["red", "green", "blue"]


def picture_model(dimension: int, *, pad_bytes: int = 0) -> bytes:
    """Make a model of NCHW float pictures: their channels' means, spread by a fixed matrix."""
    spread = np.zeros((3, dimension), np.float32)
    spread[np.arange(3), np.arange(3)] = 1
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["pixels", "axes"], ["means"], keepdims=0),
            helper.make_node("MatMul", ["means", "spread"], ["vectors"]),
        ],
        "pictures",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, 224, 224])],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", dimension])],
        [
            numpy_helper.from_array(np.array([2, 3], np.int64), "axes"),
            numpy_helper.from_array(spread, "spread"),
        ],
        doc_string="x" * pad_bytes,
    )
    return _encoded(graph)


def text_model(dimension: int) -> bytes:
    """Make a model of tokens: each of the first three is one of the first three dimensions."""
    table = np.zeros((len(WORDS) + 1, dimension), np.float32)
    table[np.arange(3), np.arange(3)] = 1
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", "input_ids"], ["seen"]),
            helper.make_node("ReduceMean", ["seen", "axes"], ["vectors"], keepdims=0),
        ],
        "words",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "tokens"])],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", dimension])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([1], np.int64), "axes")],
    )
    return _encoded(graph)


def tokenizer() -> bytes:
    """Make a tokenizer of a few words."""
    vocabulary = {word: number for number, word in enumerate([*WORDS, "unknown"])}
    return json.dumps(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [],
            "normalizer": None,
            "pre_tokenizer": {"type": "Whitespace"},
            "post_processor": None,
            "decoder": None,
            "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "unknown"},
        }
    ).encode()


def write_model(folder: Path, name: str, dimension: int, *, knows_words: bool = False) -> Path:
    """Write a small model with its card, and give the card's path."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = _file(folder, f"{name}.onnx", picture_model(dimension))
    text = None
    if knows_words:
        text = TextTower(
            model=_file(folder, f"{name}-text.onnx", text_model(dimension)),
            tokenizer=_file(folder, f"{name}-tokenizer.json", tokenizer()),
            words=Words(max_tokens=8, lower_case=True, output=Output(scaled=False)),
        )
    card = Card(
        name=name,
        version="1",
        description="A small one",
        file=whole.file,
        sha256=whole.sha256,
        size_bytes=whole.size_bytes,
        licence="CC0-1.0",
        source="the tests",
        recipe="the tests",
        input=Input(layout="NCHW", type="float32", size=224, preparation="squash-bilinear-1"),
        output=Output(scaled=False),
        dimension=dimension,
        text=text,
    )
    path = folder / f"{name}.json"
    path.write_text(card.model_dump_json(), encoding="utf-8")
    return path


class Hub:
    """Serves files as the hub does: HEAD with the checksum, GET with ranges."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.cut_at: int | None = None
        """After so many bytes the next answers break off."""
        self.stall = threading.Event()
        """Set, answers that are cut off hang instead."""
        self.ranges: list[str] = []
        self.address = ""


@contextmanager
def hub(files: dict[str, bytes]) -> Iterator[Hub]:
    """Serve files by their paths for the length of a block."""
    served = Hub(files)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, served))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    served.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        served.stall.clear()
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"

    def __init__(self, served: Hub, *arguments: Any) -> None:
        self._served = served
        super().__init__(*arguments)

    def do_HEAD(self) -> None:
        self._answer(has_body=False)

    def do_GET(self) -> None:
        self._answer(has_body=True)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _answer(self, *, has_body: bool) -> None:
        data = self._served.files.get(self.path)
        if data is None:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = 0
        if has_body:
            asked = self.headers.get("Range", "")
            self._served.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0
        self.send_response(206 if start else 200)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        self.send_header("Content-Length", str(len(data) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        if has_body:
            self._send(data[start:])

    def _send(self, data: bytes) -> None:
        cut = self._served.cut_at
        if cut is None or len(data) <= cut:
            self.wfile.write(data)
            return
        self.wfile.write(data[:cut])
        self.wfile.flush()
        while self._served.stall.is_set():
            time.sleep(0.05)
        self._served.cut_at = None
        self.close_connection = True


def _encoded(graph: onnx.GraphProto) -> bytes:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    data: bytes = model.SerializeToString()
    return data


def _file(folder: Path, name: str, data: bytes) -> File:
    (folder / name).write_bytes(data)
    return File(file=name, sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data))
