"""Makes the model of the package: torch -> ONNX -> 8-bit integers, with its card and evidence."""

import argparse
import hashlib
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch

from visualsearch.domain import Pixels, Vectors
from visualsearch.training.canonical import draw_pictures
from visualsearch.training.data import CALIBRATION_LICENCE, calibration_pictures, read_pixels
from visualsearch.training.lite0 import FEATURES, PACKAGE, PACKAGE_VERSION, Lite0Embedder, load_embedder
from visualsearch.training.measure import quality_measurements, speed_measurements
from visualsearch.training.preparations import compare_preparations
from visualsearch.training.quantise import quantise
from visualsearch.vision.embed import PREPARATION, Embedder, prepare
from visualsearch.vision.weights import Calibration, Card, Input, Measurement

NAME = "lite0-imagenet-int8"
SIZE = 224
OPSET = 20


def export(out: Path, data: Path) -> Card:
    """Write ``lite0-imagenet-int8.onnx``, its card, and ``canonical.npz`` with vectors to test it by.

    ``data`` is the folder of pictures for calibration and measuring. Raises WeightsMismatch if the
    checkpoint is not the known one, BadInput if the pictures are not there.
    """
    out.mkdir(parents=True, exist_ok=True)
    chosen = calibration_pictures(data)
    embedder = load_embedder()
    whole = to_onnx(embedder)
    quantise(
        whole, [prepare(read_pixels(path), SIZE) for paths in chosen.values() for path in paths], _model(out)
    )
    calibration = Calibration(
        pictures={name: len(paths) for name, paths in chosen.items()}, licence=CALIBRATION_LICENCE
    )
    card = _write_card(out, _card(_model(out), calibration, ()))
    card = _write_card(out, card.model_copy(update={"measured": _measure(out, whole, data)}))
    _write_canonical(out, embedder)
    return card


def to_onnx(embedder: Lite0Embedder) -> onnx.ModelProto:
    """Trace the embedder: uint8 [n, 224, 224, 3] to float32 [n, 1280], batch normalisation folded in."""
    example = torch.zeros((2, SIZE, SIZE, 3), dtype=torch.uint8)
    program = torch.onnx.export(
        embedder,
        (example,),
        dynamo=True,
        input_names=["pixels"],
        output_names=["vectors"],
        dynamic_shapes=({0: torch.export.Dim("n", min=1, max=1024)},),
        opset_version=OPSET,
        verbose=False,
    )
    return _without_traces(program.model_proto)


def embed_by_torch(embedder: Lite0Embedder, pictures: list[Pixels]) -> Vectors:
    """Embed prepared pictures by torch itself, in floating point."""
    with torch.inference_mode():
        vectors: Vectors = embedder(torch.from_numpy(np.stack(pictures))).numpy()
    return vectors


def _without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Take out what the exporter notes of the machine it ran on: source lines and their folders."""
    graph = model.graph
    for part in (
        model,
        graph,
        *graph.node,
        *graph.input,
        *graph.output,
        *graph.value_info,
        *graph.initializer,
    ):
        del part.metadata_props[:]
        part.doc_string = ""
    return model


def _measure(out: Path, whole: onnx.ModelProto, data: Path) -> tuple[Measurement, ...]:
    """Measure the 8-bit model and, for comparison, the float one that it was made from."""
    small = Embedder(_card_path(out))
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(whole, _model(Path(folder)))
        _write_card(Path(folder), _card(_model(Path(folder)), None, ()))
        large = Embedder(_card_path(Path(folder)))
        return (
            *speed_measurements(small),
            *(row.model_copy(update={"what": f"{row.what}, float32"}) for row in speed_measurements(large)),
            *quality_measurements(small.embed, data, f"int8, {small.runtime}"),
            *quality_measurements(large.embed, data, f"float32, {large.runtime}"),
            *compare_preparations(small, data),
        )


def _card(model: Path, calibration: Calibration | None, measured: tuple[Measurement, ...]) -> Card:
    data = model.read_bytes()
    return Card(
        name=NAME,
        version="1",
        description="EfficientNet-Lite0 trained on ImageNet: its pooled features as a vector of length 1.",
        file=model.name,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        licence="Apache-2.0",
        source=f"PyPI {PACKAGE} {PACKAGE_VERSION}",
        recipe="python -m visualsearch.training.export --out DIR --data DATA",
        calibration=calibration,
        input=Input(size=SIZE, preparation=PREPARATION),
        dimension=FEATURES,
        measured=measured,
    )


def _write_card(out: Path, card: Card) -> Card:
    _card_path(out).write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return card


def _write_canonical(out: Path, embedder: Lite0Embedder) -> None:
    pictures = list(draw_pictures(SIZE))
    small = Embedder(_card_path(out), runtime="onnxruntime")
    np.savez_compressed(
        out / "canonical.npz",
        float32=embed_by_torch(embedder, pictures),
        int8=small.embed(pictures),
    )


def _model(out: Path) -> Path:
    return out / f"{NAME}.onnx"


def _card_path(out: Path) -> Path:
    return out / f"{NAME}.json"


def main() -> None:
    """Export, and print the card."""
    parser = argparse.ArgumentParser(description="Make the embedding model that comes with the package.")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("VISUALSEARCH_DATA", "../shared/data")),
        help="the folder of pictures for calibration and measuring",
    )
    arguments = parser.parse_args()
    sys.stdout.write(export(arguments.out, arguments.data).model_dump_json(indent=2) + "\n")


if __name__ == "__main__":
    main()
